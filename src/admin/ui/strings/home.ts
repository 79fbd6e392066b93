/** Texts of the screens under "home". */
import { count, whole } from './count.js';

const connectors = (some: number): string => count(some, 'connector', 'connectors');

export const home = {
  title: 'Home',
  summary: {
    label: 'All connectors in a line',
    ok: (count: number) => `${whole(count)} OK`,
    needPerson: (count: number) => (count === 1 ? '1 needs a person' : `${whole(count)} need a person`),
    others: (count: number) => `${whole(count)} waiting, backing off or paused`,
    today: (sent: number, received: number) => `today ${whole(sent)} sent, ${whole(received)} received`,
  },
  needs: {
    title: 'Needs a person',
    announced: (count: number) =>
      count === 0
        ? 'Nothing needs a person'
        : count === 1
          ? '1 thing needs a person'
          : `${count} things need a person`,
    showAll: (count: number) => `Show all ${count}`,
    showFewer: 'Show fewer',
    next: 'What to do next:',
    holds: (some: number, waiting: number) =>
      waiting === 0
        ? `Stops ${connectors(some)}:`
        : `Stops ${connectors(some)}, and ${count(waiting, 'message waits', 'messages wait')}:`,
    andMore: (count: number) => `and ${whole(count)} more`,
    notSignedIn: 'Not signed in yet',
    signInEnded: 'Its sign-in has ended',
    signIn: 'Sign in',
    signInAgain: 'Sign in again',
    openConnection: 'Open connection',
    openApplication: 'Open application',
    openConnector: 'Open connector',
    resetAll: (count: number) => `Reset backoff of all ${whole(count)}`,
    showThese: (count: number) => `Show these ${whole(count)}`,
    application: (name: string, what: string) => `Application ${name}: ${what}`,
    connection: (user: string, what: string) => `${user}: ${what}`,
    connector: (name: string, what: string) => `${name}: ${what}`,
    connectors: (count: number, what: string) => `${connectors(count)}: ${what}`,
    unknown: 'It stands still, and the service gave no reason',
    alerts: (count: string, isOne: boolean) => (isOne ? '1 alert is open' : `${count} alerts are open`),
    openAlerts: 'Open alerts',
    notReady: (name: string) => `The service is not ready: ${name}`,
    notice: 'The service runs, but not as safely as it could',
    openService: 'Open service',
  },
  list: {
    label: 'Connectors',
    keys: 'The arrow keys go from connector to connector; Enter opens one.',
    status: 'Status',
    connector: 'Connector',
    connection: 'Connection',
    lastSuccess: 'Last success',
    nextRun: 'Next run',
    today: 'Today',
    waiting: 'Waiting',
    acts: 'Actions',
    never: 'never',
    none: '–',
    due: 'due now',
    sent: (count: number) => `${whole(count)} sent`,
    received: (count: number) => `${whole(count)} received`,
    failed: (count: number) => `${whole(count)} failed`,
    quarantined: (count: number) => `${whole(count)} quarantined`,
    count: whole,
    inOutbox: 'in outbox',
    inQuarantine: 'in quarantine',
    actsOf: (name: string) => `Actions on ${name}`,
    nothingFound: 'No connector is like that',
    nothingFoundText: 'None matches the search and the filters together.',
    clear: 'Clear search and filters',
  },
  filters: {
    label: 'Which connectors are shown',
    search: 'Search name, User or connection',
    clear: 'Clear the search',
    status: 'Status',
    type: 'Type',
    chip: (name: string, count: number) => `${name} ${whole(count)}`,
    problem: (title: string) => `Only: ${title}`,
    dropProblem: (title: string) => `No longer only: ${title}`,
    sort: 'Sort by',
    sorts: {
      name: 'Name',
      status: 'Status, worst first',
      lastSuccess: 'Last success, oldest first',
      nextRun: 'Next run, soonest first',
      waiting: 'Waiting, most first',
      today: 'Messages today, most first',
    },
    shown: (shown: number, all: number) =>
      shown === all ? connectors(all) : `${whole(shown)} of ${connectors(all)}`,
  },
  acts: {
    open: 'Open',
    run: { receive: 'Receive now', send: 'Send now' } as Readonly<Record<string, string>>,
    reset: 'Reset backoff',
    pause: 'Pause',
    enable: 'Resume',
    ran: (name: string) => `${name} runs now.`,
    wasReset: (name: string) => `${name}: backoff, problem and pause are cleared, and it runs.`,
    allReset: (count: number) =>
      `${connectors(count)}: backoff, problem and pause are cleared, and they run.`,
  },
  first: {
    title: 'Three steps to the first connector',
    text: 'Here you will see each connector with its state: when it last succeeded, when it runs next, what went through it today. What needs you stands on top, with the button that mends it.',
    steps: [
      [
        'Application',
        'The client registration at your provider (for Exchange Online an app registration in Entra ID). One serves many mailboxes.',
      ],
      [
        'Connection',
        'One mailbox, signed in once in your browser. The service keeps the sign-in fresh from then on.',
      ],
      ['Connector', 'Email Receive hands over what arrives in that mailbox; Email Send sends from it.'],
    ],
    note: 'The page for a new connector takes you through all three.',
  },
} as const;
