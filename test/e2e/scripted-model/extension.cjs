/**
 * A language model that plays a script. It is an extension of its own, because agent mode takes models only from
 * extensions, and plain JavaScript, because the API it offers (VS Code 1.104) is newer than the product's typings.
 *
 * The script file (`SCRIPTED_MODEL_SCRIPT`, read again at each request) maps scenario names to lists of steps
 * `{ text?, calls?: [{ tool, input }] }`, where `tool` is a regular expression over the offered tools' names. A prompt
 * that contains `SCENARIO:<name>` starts one: each request of that turn gets the next step, and after the last one the
 * model says `DONE:<name>`. Every request is one line of JSON in the trace file (`SCRIPTED_MODEL_TRACE`).
 */
const { appendFileSync, readFileSync } = require('node:fs');
const vscode = require('vscode');

const scriptFile = process.env.SCRIPTED_MODEL_SCRIPT;
const traceFile = process.env.SCRIPTED_MODEL_TRACE;
let callsMade = 0;

exports.activate = context => {
  context.subscriptions.push(vscode.lm.registerLanguageModelChatProvider('scripted', provider));
};

const provider = {
  provideLanguageModelChatInformation: () => [
    {
      id: 'scripted',
      name: 'Scripted Model',
      family: 'scripted',
      version: '1',
      maxInputTokens: 128_000,
      maxOutputTokens: 8_000,
      capabilities: { toolCalling: true, imageInput: false },
      isUserSelectable: true,
    },
  ],

  provideTokenCount: (_model, text) => Math.ceil(JSON.stringify(text).length / 4),

  async provideLanguageModelChatResponse(_model, messages, options, progress) {
    const say = text => progress.report(new vscode.LanguageModelTextPart(text));
    const tools = (options.tools ?? []).map(tool => tool.name);
    const turn = currentTurn(messages);
    // The editor also asks for titles and summaries; those requests offer no tools or belong to no scenario.
    if (tools.length === 0 || turn === undefined) return say('A scripted chat');

    trace({ ...turn, tools });
    const step = JSON.parse(readFileSync(scriptFile, 'utf8'))[turn.scenario]?.[turn.step];
    if (step === undefined) return say(`DONE:${turn.scenario}`);
    if (step.text !== undefined) say(step.text);
    for (const { tool, input } of step.calls ?? []) {
      const name = tools.find(offered => new RegExp(tool).test(offered));
      if (name === undefined) say(`NO TOOL MATCHES ${tool}`);
      else progress.report(new vscode.LanguageModelToolCallPart(`call-${++callsMade}`, name, input));
    }
  },
};

/** The scenario of the last prompt, how many of its steps were played, and what their tool calls answered. */
function currentTurn(messages) {
  const start = messages.findLastIndex(message => scenarioIn(message) !== undefined);
  if (start === -1) return undefined;
  const turn = messages.slice(start + 1).map(message => message.content);
  return {
    scenario: scenarioIn(messages[start]),
    prompt: textOf(messages[start]),
    step: turn.filter(parts => parts.some(part => part instanceof vscode.LanguageModelToolCallPart)).length,
    results: turn
      .flat()
      .filter(part => part instanceof vscode.LanguageModelToolResultPart)
      .map(part => part.content.map(piece => piece.value ?? '').join('')),
  };
}

function textOf(message) {
  return message.content
    .map(part => (part instanceof vscode.LanguageModelTextPart ? part.value : ''))
    .join('\n');
}

function scenarioIn(message) {
  return [...textOf(message).matchAll(/SCENARIO:([\w-]+)/g)].at(-1)?.[1];
}

function trace(entry) {
  appendFileSync(traceFile, `${JSON.stringify(entry)}\n`);
}
