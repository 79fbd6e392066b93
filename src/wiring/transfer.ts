/** Wires exports, imports and resealing. */
import { createReseal } from '../transfer/reseal.js';
import type { Parts } from './parts.js';

export function wireTransfer({ storage }: Parts) {
  const { vault } = storage;
  const redis = storage.redis.client;
  return { reseal: createReseal({ redis, vault }) };
}

export type TransferServices = ReturnType<typeof wireTransfer>;
