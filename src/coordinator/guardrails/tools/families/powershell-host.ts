import { plainArg } from '../../shell/value.ts';
import { type Family, named, type Tool } from '../tool.ts';
import { runText } from './shells.ts';

const host: Tool = {
  run: call => {
    const args = call.args;
    for (let i = 0; i < args.length; i++) {
      const name = args[i]?.text.toLowerCase() ?? '';
      const value = args[i + 1];
      if (/^-e(?:c|n|nc|nco.*)?$/.test(name) && value !== undefined) {
        const text = Buffer.from(value.text, 'base64').toString('utf16le');
        // What is no text was made so that nobody reads it.
        if (!/^[\t\n\r\x20-\x7e\u00a0-\u024f]+$/.test(text))
          call.effect({ kind: 'opaque', reason: 'runs encoded text that nobody can read' });
        return call.script(plainArg(text), { shell: 'powershell' });
      }
      if (/^-c(?:o.*)?$/.test(name)) {
        const rest = args.slice(i + 1);
        const text = { text: rest.map(arg => arg.text).join(' '), origins: rest.flatMap(arg => arg.origins) };
        return runText(call, text.text === '-' ? call.stdin : text, 'its arguments', { shell: 'powershell' });
      }
      if (/^-f(?:i.*)?$/.test(name)) return undefined;
      if (/^-(?:ex|ep|w|v|ps|in|o|config|cu|s)/.test(name)) i++;
      else if (!name.startsWith('-')) {
        const rest = args.slice(i);
        if (rest.length === 1 && /\.ps1$/i.test(rest[0]?.text ?? '')) return undefined;
        return call.script(plainArg(rest.map(arg => arg.text).join(' ')), { shell: 'powershell' });
      }
    }
    return call.stdin.text === ''
      ? undefined
      : runText(call, call.stdin, 'its standard input', { shell: 'powershell' });
  },
};

/** The program itself, from any shell. */
export const powershellHosts: Family = named('powershell pwsh powershell_ise', host);
