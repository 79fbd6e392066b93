/** Wires the people who sign in to the service itself. */
import { createPeopleServices } from '../people/people-services.js';
import type { Parts } from './parts.js';

export const wirePeople = ({ config, storage, log }: Parts) =>
  createPeopleServices({
    redis: storage.redis.client,
    adminPassword: config.adminPassword,
    publicUrl: config.publicUrl,
    log,
  });
