/** The OpenAPI document of the admin API, assembled without any service behind it: routes register, nothing is called. */
import { connectorTypes } from '../../connectors/index.js';
import { createAdminApi } from '../../src/admin/admin-api.js';
import type { AdminDependencies } from '../../src/admin/dependencies.js';

export interface OpenApiDocument {
  paths: Record<string, Record<string, Operation>>;
}

export interface Operation {
  parameters?: { name: string; in: string; required?: boolean; schema: object }[];
  requestBody?: { content: Record<string, { schema?: object }> };
  responses: Record<string, { content?: Record<string, { schema?: object }> }>;
}

/** Stands for whatever service a route is built with; a route that calls one while it registers gets another of these. */
const nobody: unknown = new Proxy(function nobody() {}, {
  get: (_target, name) => (name === 'then' || typeof name === 'symbol' ? undefined : nobody),
  apply: () => nobody,
});

export async function openApiDocument(): Promise<OpenApiDocument> {
  const known: Partial<AdminDependencies> = {
    connectorTypes,
    publicUrl: 'http://localhost:8025',
    apiKey: 'a-key-that-nobody-has-0123456789',
  };
  const dependencies = new Proxy(known, {
    get: (target, name) =>
      name in target
        ? target[name as keyof typeof target]
        : /^(clock|limits|sessionLimits)$/.test(String(name))
          ? undefined
          : nobody,
  }) as AdminDependencies;
  const api = await createAdminApi(dependencies);
  await api.ready();
  const document = api.swagger() as unknown as OpenApiDocument;
  await api.close();
  return JSON.parse(JSON.stringify(document)) as OpenApiDocument;
}
