import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { json } from 'node:stream/consumers';
import type { ModelApi, Question, ToolResult, Turn } from './conversation.ts';

/** A turn, or what makes one at the moment the model is asked for it. */
export type ScriptedTurn = Turn | ((question: Question) => Turn | Promise<Turn>);

/** A model that says what it is told to say, and keeps what it was asked. */
export interface ScriptedModel {
  /** Where harnesses find it, without a slash at the end. */
  readonly address: string;
  /**
   * Plays these turns to whoever's first prompt contains `opening`, one after the other; a harness that asks for more is
   * answered with an error. What was asked before under the same words is forgotten.
   */
  play(opening: string, turns: readonly ScriptedTurn[]): void;
  /** The questions of a conversation that is played, in the order in which they came. */
  questions(opening: string): readonly Question[];
  /** What came back of every tool that was used in it. */
  results(opening: string): readonly ToolResult[];
  /** What it was asked that no script has an answer to, in words. Empty where all went as it was thought. */
  readonly surprises: readonly string[];
  close(): Promise<void>;
}

interface Script {
  readonly opening: string;
  readonly turns: readonly ScriptedTurn[];
  readonly questions: Question[];
}

/** Starts a model on loopback that speaks these APIs. */
export async function startScriptedModel(apis: readonly ModelApi[]): Promise<ScriptedModel> {
  const scripts = new Map<string, Script>();
  const surprises: string[] = [];
  let answers = 0;

  async function turnFor(question: Question): Promise<Turn> {
    // Titles and the like are asked for without tools, and nothing depends on them.
    if (question.tools.length === 0) return { say: 'Work' };
    const script = [...scripts.values()].find(({ opening }) => question.opening.includes(opening));
    script?.questions.push(question);
    // By what was said before and not by a count of questions, so that one which is repeated has the same answer.
    const turn = script?.turns[question.turnsBefore];
    if (turn === undefined)
      throw new Error(`There is no turn ${question.turnsBefore + 1} after: ${question.opening.slice(-300)}`);
    return typeof turn === 'function' ? turn(question) : turn;
  }

  async function respond(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const [path] = (request.url ?? '').split('?');
    if (request.method === 'HEAD') return void response.end();
    const api = apis.find(one => one.path === path);
    if (!api) {
      surprises.push(`${request.method} ${path}`);
      return void response.writeHead(404).end();
    }
    try {
      const turn = await turnFor(api.read(await json(request)));
      response.writeHead(200, { 'content-type': 'text/event-stream' });
      answers += 1;
      response.end(api.answer(turn, String(answers)));
    } catch (error) {
      const message = error instanceof Error ? error.message : String(error);
      surprises.push(message);
      // A status that no harness takes for a reason to ask again.
      response.writeHead(400, { 'content-type': 'application/json' });
      response.end(JSON.stringify({ type: 'error', error: { type: 'invalid_request_error', message } }));
    }
  }

  const server = createServer((request, response) => void respond(request, response));
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  const questions = (opening: string) => scripts.get(opening)?.questions ?? [];
  return {
    address: `http://127.0.0.1:${port}`,
    play: (opening, turns) => void scripts.set(opening, { opening, turns, questions: [] }),
    questions,
    results: opening => questions(opening).at(-1)?.results ?? [],
    surprises,
    async close() {
      server.closeAllConnections();
      await new Promise(resolve => server.close(resolve));
    },
  };
}
