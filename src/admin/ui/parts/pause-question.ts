/** Asked before a connector is paused, wherever that is done. */
import { strings } from '../strings/index.js';
import type { Question } from './confirm.js';

/** @param direction of the connector's type: send or receive */
export function pauseQuestion(name: string, direction: string): Question {
  const { title, act, send, receive } = strings.connectors.pause;
  return { title: title(name), text: direction === 'send' ? send : receive, act, isDestructive: false };
}
