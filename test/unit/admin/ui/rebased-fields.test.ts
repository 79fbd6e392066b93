/** A draft after its save, or on top of what somebody else saved: nothing that was typed is lost. */
import { describe, expect, it } from 'vitest';
import { rebasedFields } from '../../../../src/admin/ui/parts/rebased-fields.js';

interface Draft {
  name: string;
  to: string[];
  secret: string;
}
const sent: Draft = { name: 'Ops', to: ['a@mail.example'], secret: 'whsec' };
const stored: Draft = { name: 'Ops', to: ['a@mail.example'], secret: '' };

describe('a draft', () => {
  it('becomes what is stored, where it is as it was sent', () => {
    expect(rebasedFields(structuredClone(sent), sent, stored)).toEqual(stored);
  });

  it('keeps what was typed since it was sent, and that alone', () => {
    const typed = { ...sent, name: 'Operations', to: [] };
    expect(rebasedFields(typed, sent, stored)).toEqual({ name: 'Operations', to: [], secret: '' });
  });

  it('keeps its own changes on top of what somebody else saved', () => {
    const theirs = { ...stored, to: ['b@mail.example'], name: 'Theirs' };
    expect(rebasedFields({ ...stored, name: 'Mine' }, stored, theirs)).toEqual({ ...theirs, name: 'Mine' });
  });
});
