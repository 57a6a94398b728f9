import { json } from 'node:stream/consumers';
import { judgeAlone } from './alone.ts';

/** What the process reads from its standard input; it writes the answer, as JSON, to its standard output. */
export type AloneWork = Parameters<typeof judgeAlone>;

const [call, environment, because] = (await json(process.stdin)) as AloneWork;
process.stdout.write(JSON.stringify(await judgeAlone(call, environment, because)));
