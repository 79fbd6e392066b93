/** An answer that comes line by line (NDJSON), told as it comes. */

/**
 * @param body of a response
 * @param onLine told of each line that is not empty
 */
export async function eachLine(
  body: ReadableStream<Uint8Array>,
  onLine: (line: string) => void,
): Promise<void> {
  const decoder = new TextDecoder();
  let rest = '';
  const tell = (text: string): void => {
    if (text.trim() !== '') onLine(text);
  };
  for await (const chunk of body) {
    const lines = (rest + decoder.decode(chunk, { stream: true })).split('\n');
    rest = lines.pop() ?? '';
    for (const line of lines) tell(line);
  }
  tell(rest + decoder.decode());
}
