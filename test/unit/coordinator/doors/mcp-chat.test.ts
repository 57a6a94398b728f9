import { expect, it } from 'vitest';
import { chatOfCall, useOfCall } from '../../../../src/coordinator/doors/mcp-chat.ts';

const ofCodex = (session_id: unknown) => ({
  callId: 'call_1',
  'x-codex-turn-metadata': { session_id, thread_id: 'an agent inside', turn_id: 'turn' },
});

it('is the one that VS Code names, and the one of the person that Codex names', () => {
  expect(chatOfCall({ 'vscode.conversationId': 'a' })).toEqual({ harness: 'vscode', sessionId: 'a' });
  expect(chatOfCall(ofCodex('b'))).toEqual({ harness: 'codex', sessionId: 'b' });
});

it('is none where the client names none, or no text', () => {
  for (const meta of [
    undefined,
    {},
    { progressToken: 1 },
    { 'vscode.conversationId': '' },
    { 'vscode.conversationId': 7 },
    ofCodex(''),
    ofCodex(null),
    { 'x-codex-turn-metadata': 'text' },
    { 'x-codex-turn-metadata': null },
  ])
    expect(chatOfCall(meta), JSON.stringify(meta)).toBeUndefined();
});

it('is told by the use of the tool where Claude Code calls', () => {
  expect(useOfCall({ 'claudecode/toolUseId': 'toolu_1' })).toBe('toolu_1');
  for (const meta of [undefined, {}, { 'claudecode/toolUseId': '' }, { 'claudecode/toolUseId': 7 }])
    expect(useOfCall(meta), JSON.stringify(meta)).toBeUndefined();
});
