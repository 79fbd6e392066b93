/** A fresh secret as Standard Webhooks has it: "whsec_" and random bytes in base64. */

const BYTES = 32;

export function newWebhookSecret(): string {
  const bytes = crypto.getRandomValues(new Uint8Array(BYTES));
  return `whsec_${btoa(String.fromCharCode(...bytes))}`;
}
