/**
 * Single SMTP commands on a connection of nodemailer, which by itself knows only whole messages. What it does offer is
 * commands to sign-in mechanisms of one's own: this one asks nothing of the server and hands them over.
 */
import type SMTPConnection from 'nodemailer/lib/smtp-connection';
import type { SMTPConnectionCustomAuthHandler } from 'nodemailer/lib/smtp-connection';

/** The mechanism's name, among the connection's own. */
export const COMMANDS = 'COMMANDS';

/** Resolves with the whole reply. */
type SendCommand = (line: string) => Promise<string>;

export const handOverCommands: SMTPConnectionCustomAuthHandler = ({ auth, sendCommand, resolve }) => {
  const take: (send: SendCommand) => void = auth.take;
  take(async (line) => (await sendCommand(line)).response);
  resolve();
};

/**
 * @param connection of openSmtpConnection, signed in
 * @returns sends one command, and resolves with its reply; rejects when the connection ends first
 */
export function smtpCommands(connection: SMTPConnection): SendCommand {
  let send: SendCommand | undefined;
  const auth = {
    method: COMMANDS,
    take: (given: SendCommand): void => {
      send = given;
    },
  };
  connection.login(auth, () => undefined);
  return (line) =>
    new Promise((resolve, reject) => {
      const ended = (error?: Error): void => reject(error ?? new Error('the server closed the connection'));
      connection.once('error', ended);
      connection.once('end', ended);
      if (!send) return reject(new Error('the connection is closed'));
      send(line)
        .then(resolve, reject)
        .finally(() => {
          connection.off('error', ended);
          connection.off('end', ended);
        });
    });
}
