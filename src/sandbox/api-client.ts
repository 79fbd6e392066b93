/** The admin API as the sandbox calls it. */
export type SandboxApi = <Body>(method: string, path: string, body?: unknown) => Promise<Body>;

/** @throws Error with the problem's text on any answer that is not 2xx */
export function createSandboxApi({ url, apiKey }: { url: string; apiKey: string }): SandboxApi {
  return async (method, path, body) => {
    const response = await fetch(`${url}/api/v1${path}`, {
      method,
      headers: {
        authorization: `Bearer ${apiKey}`,
        ...(body !== undefined && { 'content-type': 'application/json' }),
      },
      ...(body !== undefined && { body: JSON.stringify(body) }),
    });
    const text = await response.text();
    if (!response.ok) throw new Error(`${method} ${path} answered ${response.status}: ${text}`);
    return JSON.parse(text);
  };
}
