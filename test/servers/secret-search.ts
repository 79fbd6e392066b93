/**
 * A search for secrets in anything that a service leaves behind: raw, escaped for URLs and for JSON (once and twice),
 * and in base64 and base64url at each of the three alignments that bytes before the secret may give it, so that it is
 * found inside an XOAUTH2 string or a Basic header too. A long secret is searched for by pieces of it, so that one that
 * was cut off is found as well.
 */
export interface Secret {
  /** What it is, for the report; never the secret itself. */
  name: string;
  value: string | Buffer;
}

/** Where something came from, and its bytes. */
export interface Evidence {
  where: string;
  content: string | Buffer;
}

export interface Find {
  where: string;
  secret: string;
  /** such as `base64+1` or `url` */
  form: string;
}

interface Needle {
  secret: string;
  form: string;
  bytes: Buffer;
}

/** A secret of this length or more is searched for by pieces. */
const LONG = 96;
const PIECE = 32;
/** Shorter ones would be found by chance. */
const SHORTEST = 8;

/** @throws RangeError for a secret that is too short to be searched for */
export function createSecretSearch(
  secrets: readonly Secret[],
): (evidence: Iterable<Evidence> | AsyncIterable<Evidence>) => Promise<Find[]> {
  const needles = new Map<number, Needle[]>();
  const known = new Set<string>();
  for (const needle of secrets.flatMap(needlesOf)) {
    const text = needle.bytes.toString('latin1');
    if (known.has(text)) continue;
    known.add(text);
    const first = needle.bytes.readUInt32BE(0);
    needles.set(first, [...(needles.get(first) ?? []), needle]);
  }
  return async (evidence) => {
    const finds = new Map<string, Find>();
    for await (const { where, content } of evidence) {
      for (const { secret, form } of found(needles, Buffer.from(content)))
        finds.set(`${where} ${secret} ${form}`, { where, secret, form });
    }
    return [...finds.values()];
  };
}

function* found(needles: ReadonlyMap<number, readonly Needle[]>, content: Buffer): Iterable<Needle> {
  let last = 0;
  for (let i = 0; i < content.length; i++) {
    last = ((last << 8) | (content[i] as number)) >>> 0;
    if (i < 3) continue;
    for (const needle of needles.get(last) ?? []) {
      const start = i - 3;
      if (content.subarray(start, start + needle.bytes.length).equals(needle.bytes)) yield needle;
    }
  }
}

function needlesOf({ name, value }: Secret): Needle[] {
  const bytes = Buffer.from(value);
  if (bytes.length < SHORTEST) throw new RangeError(`${name} is too short to be searched for`);
  const needle = (form: string, text: string | Buffer): Needle => ({
    secret: name,
    form,
    bytes: Buffer.from(text),
  });
  return pieces(bytes).flatMap((piece) => {
    const texts: [form: string, text: Buffer][] = [['', piece]];
    // Bytes that are no text are never escaped as one.
    if (typeof value === 'string') {
      const text = piece.toString();
      const url = encodeURIComponent(text);
      const json = JSON.stringify(text).slice(1, -1);
      texts.push(
        ['url', Buffer.from(url)],
        ['url-lower', Buffer.from(url.replace(/%[0-9A-F]{2}/g, (hex) => hex.toLowerCase()))],
        ['form', Buffer.from(new URLSearchParams({ a: text }).toString().slice(2))],
        ['json', Buffer.from(json)],
        ['json-twice', Buffer.from(JSON.stringify(json).slice(1, -1))],
        ['json-solidus', Buffer.from(json.replaceAll('/', '\\/'))],
      );
    }
    return [
      ...texts.flatMap(([form, text]) => [
        needle(form || 'raw', text),
        ...base64Forms(text).map((encoded, offset) => needle(`${form} base64+${offset}`.trim(), encoded)),
        ...base64Forms(text).map((encoded, offset) =>
          needle(`${form} base64url+${offset}`.trim(), encoded.replaceAll('+', '-').replaceAll('/', '_')),
        ),
      ]),
      needle('hex', piece.toString('hex')),
    ];
  });
}

/** Of a long secret a piece that begins after what many of its kind have in common, one of the middle, and the end. */
function pieces(secret: Buffer): Buffer[] {
  if (secret.length < LONG) return [secret];
  const middle = Math.floor(secret.length / 2);
  return [
    secret.subarray(PIECE, 2 * PIECE),
    secret.subarray(middle, middle + PIECE),
    secret.subarray(secret.length - PIECE),
  ];
}

/** At each alignment, without the characters that depend on the bytes before and after it. */
function base64Forms(bytes: Buffer): string[] {
  return [0, 1, 2].map((offset) => {
    const encoded = Buffer.concat([Buffer.alloc(offset), bytes])
      .toString('base64')
      .replace(/=+$/, '');
    const first = Math.ceil((offset * 8) / 6);
    const whole = Math.floor(((offset + bytes.length) * 8) / 6);
    return encoded.slice(first, whole);
  });
}
