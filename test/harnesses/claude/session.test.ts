import { beforeAll, expect, it } from 'vitest';
import { askClaude } from '../support/claude.ts';
import { connect } from '../support/connect.ts';
import { messagesApi } from '../support/messages-api.ts';
import { useWorkplace } from '../support/workplace.ts';

const workplace = useWorkplace([messagesApi]);

beforeAll(() => connect(workplace(), 'claude'));

it('tells the model at the start where it stands, and asks nobody outside', async () => {
  const { model, outside } = workplace();
  model.play('Say hello', [{ say: 'Hello.' }]);
  const { result, code } = await askClaude(workplace(), 'Say hello');

  expect({ result, code }).toEqual({ result: 'Hello.', code: 0 });
  const [question] = model.questions('Say hello');
  expect(question?.told).toContain(
    'Interlock coordinates the agents in this repository. You are claude_code',
  );
  expect(model.surprises).toEqual([]);
  expect(outside.tried).toEqual([]);
});
