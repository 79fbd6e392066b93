/** Texts of Test Connection. */
export const testRun = {
  act: 'Test Connection',
} as const;
