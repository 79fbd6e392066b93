/**
 * What well-known passwords of twelve characters and more are made of. Lists of leaked passwords hold few that are that
 * long and are not one of these words, doubled, or followed by digits; so words are kept, not passwords.
 */

const WORDS = `
password passwort passw0rd passwd motdepasse contrasena wachtwoord senha parola haslo heslo
welcome willkommen letmein iloveyou trustno1 changeme default secret geheim hidden private
admin administrator administrateur sysadmin root superuser supervisor operator manager user guest test testing demo example
login logon signin access master account service system server database network security
company office outlook exchange microsoft windows google facebook linkedin apple amazon azure oracle cisco
qwerty qwertz azerty qwertyuiop qwertzuiop azertyuiop asdfgh asdfghjkl zxcvbn zxcvbnm yxcvbnm qazwsx wsxedc qazwsxedc
1q2w3e 1q2w3e4r 1q2w3e4r5t q1w2e3 q1w2e3r4 zaq12wsx 1qaz2wsx 3edc4rfv asdf qwer zxcv
abc123 abcabc abcdef aa123456 a1b2c3 123abc abc abcd
monkey dragon football baseball basketball hockey soccer superman batman spiderman starwars pokemon naruto
sunshine princess shadow michael jordan jennifer ashley nicole jessica daniel andrew joshua charlie thomas robert
matthew anthony george william hunter ranger buster killer harley ginger pepper cookie summer winter spring autumn
sommer herbst freedom whatever computer internet samsung mercedes ferrari porsche liverpool chelsea arsenal barcelona
january february march april june july august september october november december
monday tuesday wednesday thursday friday saturday sunday
forever friends family flower butterfly chocolate purple orange yellow silver golden diamond
mustang corvette yamaha phoenix maverick matrix ninja samurai wizard merlin hello goodbye blessed jesus christ
mailgrant mailbox email connector
correcthorsebatterystaple
`;

/** Rows of keyboards, the alphabet and the digits, whose stretches are no secret. */
export const ROWS: readonly string[] = [
  'abcdefghijklmnopqrstuvwxyz',
  'qwertyuiop',
  'qwertzuiop',
  'azertyuiop',
  'asdfghjkl',
  'zxcvbnm',
  'yxcvbnm',
  '01234567890',
];

export const COMMON_WORDS: readonly string[] = WORDS.split(/\s+/).filter(Boolean);
