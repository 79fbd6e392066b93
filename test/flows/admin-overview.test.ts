/** The overview and statistics over the API, from what Redis holds. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Harness, newConnection, startHarness } from './admin-harness.js';

let harness: Harness;
beforeAll(async () => {
  harness = await startHarness();
});
afterAll(() => harness.stop());

const newSender = async (connection: string, over: object = {}): Promise<string> => {
  const answer = await harness.call('POST', '/api/v1/connectors', {
    payload: { name: 'Invoices', type: 'email-send', connection, settings: {}, ...over },
  });
  expect(answer.statusCode, answer.body).toBe(201);
  return answer.json().id;
};

describe('the overview', () => {
  it('shows each connector in a row, with its connection and application', async () => {
    const { id: connection, application } = await newConnection(harness);
    const id = await newSender(connection);
    const answer = await harness.call('GET', '/api/v1/overview');
    expect(answer.statusCode, answer.body).toBe(200);
    expect(answer.json().items).toContainEqual({
      id,
      version: 1,
      name: 'Invoices',
      type: 'email-send',
      direction: 'send',
      enabled: true,
      connection: { id: connection, name: 'Ada', user: 'ada@contoso.example', status: 'unauthorized' },
      application,
      health: expect.objectContaining({ status: 'held', nextRunAt: null }),
      waiting: 0,
      today: { sent: 0, received: 0, failed: 0, quarantined: 0 },
    });
  });
});

describe('statistics', () => {
  it('answer every hour asked for', async () => {
    const answer = await harness.call('GET', '/api/v1/statistics');
    expect(answer.statusCode, answer.body).toBe(200);
    expect(answer.json().hours.length).toBeGreaterThanOrEqual(24);
    const budgets = await harness.call('GET', '/api/v1/statistics/budgets');
    expect(budgets.statusCode, budgets.body).toBe(200);
    expect(budgets.json().items).toHaveLength(1);
  });
});
