/** Texts of people, API keys and what they may do. */
export const people = {
  title: 'People and access',
  tabs: { people: 'People', keys: 'API keys', audit: 'Audit trail' },
  notAllowed: {
    title: 'Only admins see this',
    text: 'Who may sign in to the service, and what was done by whom, is for people with the role admin.',
  },
  roles: {
    viewer: 'Viewer: looks',
    operator: 'Operator: also sends, runs and signs mailboxes in',
    admin: 'Admin: everything',
  } as Readonly<Record<string, string>>,
  roleNames: { viewer: 'Viewer', operator: 'Operator', admin: 'Admin' } as Readonly<Record<string, string>>,
  statuses: { invited: 'Invited', active: 'Active', disabled: 'Disabled' } as Readonly<
    Record<string, string>
  >,
  columns: { name: 'Name', role: 'Role', status: 'Status', lastSignIn: 'Last sign-in', acts: 'Actions' },
  you: 'you',
  openId: (issuer: string) => `through ${issuer}`,
  invitedUntil: 'the link works until',
  never: 'never',
  invite: 'Invite',
  inviteText:
    'They get a link that sets their password. Hand it to them yourself; it is shown once and works a day.',
  name: 'Name',
  nameText: 'As they sign in.',
  role: 'Role',
  link: 'One-time link',
  linkFor: (name: string) => `Hand this link to ${name}; it is not shown again.`,
  linkUntil: 'It works until',
  haveIt: 'I have copied it',
  newLink: 'New link',
  newLinkTitle: (name: string) => `Make a new link for ${name}?`,
  newLinkText:
    'Whoever has the link sets a new password for this person. A link that was made before stops working.',
  roleTitle: (name: string) => `Change the role of ${name}?`,
  roleText: (role: string) => `Their sessions end at once; they become ${role}.`,
  roleAct: 'Change the role',
  roleChanged: (name: string, role: string) => `${name} is ${role} now. Their sessions have ended.`,
  disable: 'Disable',
  disableTitle: (name: string) => `Disable ${name}?`,
  disableText:
    'Their sessions end at once, and they cannot sign in until they are enabled again. API keys go on working.',
  enable: 'Enable',
  deleteTitle: (name: string) => `Delete ${name}?`,
  deleteText: 'Their sessions end at once. What they did stays in the audit trail.',
  deleted: (name: string) => `${name} was deleted.`,
  removed: {
    title: 'Removed',
    text: 'They were deleted and are kept out, though the provider that they sign in through still knows them.',
    columns: { name: 'Name', through: 'Through', removedAt: 'Removed', acts: 'Actions' },
    letBack: 'Let back',
    letBackTitle: (name: string) => `Let ${name} back?`,
    letBackText: 'They are made anew at their next sign-in, where the provider still gives them a role.',
    wasLetBack: (name: string) => `${name} may sign in again.`,
  },
  keys: {
    none: {
      title: 'There is no API key yet',
      text: 'Programs use the API with a key of their own, so that it can be taken from one without disturbing the others.',
    },
    new: 'New API key',
    name: 'Name',
    nameText: 'Which program it is for; it stands in the audit trail.',
    scope: 'What it may do',
    scopes: {
      read: 'Read: look',
      operate: 'Operate: also send, run and sign mailboxes in',
      admin: 'Admin: everything',
    } as Readonly<Record<string, string>>,
    columns: { name: 'Name', scopes: 'Scopes', createdAt: 'Made', acts: 'Actions' },
    key: 'API key',
    keyText: 'Copy it now: it is not stored, and cannot be shown again.',
    deleteTitle: (name: string) => `Delete the key ${name}?`,
    deleteText: 'It stops working at once: whatever program uses it is refused from then on.',
    deleted: (name: string) => `The key ${name} was deleted.`,
  },
  audit: {
    none: {
      title: 'Nothing was done yet',
      text: 'Every change, sign-in and refusal is written down here, with who and from where.',
    },
    action: 'Action',
    actionText: 'Such as connection.update',
    columns: { at: 'When', actor: 'Who', action: 'Did what', subject: 'To what', outcome: 'Outcome' },
    kinds: {
      person: 'Person',
      key: 'API key',
      session: 'Session of an API key',
      anonymous: 'Nobody known',
    } as Readonly<Record<string, string>>,
    here: 'the service itself',
    from: (address: string) => `from ${address}`,
    outcomes: { done: 'Done', refused: 'Refused', failed: 'Failed' } as Readonly<Record<string, string>>,
    changed: (field: string, from: string | undefined, to: string | undefined) =>
      from === undefined && to === undefined
        ? `${field} (not shown)`
        : `${field}: ${from ?? '–'} → ${to ?? '–'}`,
  },
} as const;
