import { type Arg, plainArg } from '../../shell/value.ts';
import { type Call, type Family, named, type Tool } from '../tool.ts';

/** What a terminal is told to start: one word is shell text, several are a program and its arguments. */
function start(call: Call, command: readonly Arg[]): void {
  const [first, ...more] = command;
  if (first === undefined) return;
  if (more.length === 0) call.script(first);
  else call.run(command);
}

/** Keys that send what was typed before them, or that are no text; the rest is typed as it stands. */
const keyNames =
  /^(?:enter|kpenter|c-[a-z]|m-.+|s-.+|\^[a-z]|escape|tab|btab|bspace|space|up|down|left|right|home|end|dc|ic|ppage|npage|f\d+)$/i;

/** What is typed into another terminal is run there by its shell. */
function type(call: Call, keys: readonly Arg[]): void {
  const text = keys.map(key => (keyNames.test(key.text) ? '\n' : key.text)).join('');
  call.script(plainArg(text.replace(/\\[nr]|\^[MJ]|\\01[25]/g, '\n')));
}

/** `tmux new -d \; send-keys 'make' Enter`: what stands behind a semicolon is the next command of tmux. */
function tmuxCommand(options: string, run: (call: Call, operands: readonly Arg[]) => void): Tool {
  return {
    options,
    style: { stopAtOperand: true },
    run: call => {
      const { operands } = call.options;
      const end = operands.findIndex(arg => arg.text === ';' || arg.text === '\\;');
      run(call, end < 0 ? operands : operands.slice(0, end));
      if (end >= 0) call.run([plainArg('tmux'), ...operands.slice(end + 1)]);
      return undefined;
    },
  };
}

/**
 * Programs that keep terminals open behind this one. What they are told to start or to type there runs as if it
 * stood here, and nobody sees it run. Options are those of tmux 3.5, screen 4.9 and zellij 0.41.
 */
export const terminalFamily: Family = {
  tmux: {
    options: '-c= -f= -L= -S= -T= -2 -C -D -l -N -u -v -V',
    subcommands: {
      ...named(
        'new-session new',
        tmuxCommand('-c= -e= -f= -F= -n= -s= -t= -x= -y= -A -d -D -E -P -X', start),
      ),
      ...named('new-window neww', tmuxCommand('-c= -e= -F= -n= -t= -a -b -d -k -P -S', start)),
      ...named('split-window splitw', tmuxCommand('-c= -e= -l= -p= -t= -F= -b -d -f -h -I -v -P -Z', start)),
      ...named('respawn-pane respawnp respawn-window respawnw', tmuxCommand('-c= -e= -t= -k', start)),
      ...named(
        'display-popup popup',
        tmuxCommand('-b= -c= -d= -e= -h= -s= -S= -t= -T= -w= -x= -y= -B -C -E', start),
      ),
      ...named('run-shell run', tmuxCommand('-c= -d= -t= -b -C', start)),
      ...named('pipe-pane pipep', tmuxCommand('-t= -I -O -o', start)),
      ...named(
        'if-shell if',
        tmuxCommand('-t= -b -F', (call, [condition, ...commands]) => {
          if (condition !== undefined) call.script(condition);
          for (const command of commands) call.script({ ...command, text: `tmux ${command.text}` });
        }),
      ),
      ...named('send-keys send', tmuxCommand('-c= -N= -t= -F -H -K -l -M -R -X', type)),
    },
  },
  screen: {
    options:
      '-c= -e= -h= -p= -s= -S= -t= -T= -X -a -A -d -D -m -r -R -x -i -l -L -ls -list -O -q -Q -U -v -wipe',
    style: { stopAtOperand: true },
    run: call => {
      const [command, ...words] = call.options.operands;
      if (command === undefined) return undefined;
      if (!call.has('X')) call.run(call.options.operands);
      else if (command.text === 'stuff') type(call, words);
      else if (/^(?:exec|screen)$/.test(command.text)) call.run(words);
      return undefined;
    },
  },
  zellij: {
    options: '-s,--session= -l,--layout= -c,--config=',
    subcommands: {
      run: {
        options:
          '-c,--close-on-exit -d,--direction= -f,--floating -i,--in-place -n,--name= --cwd= -s,--start-suspended',
        style: { stopAtOperand: true },
        run: call => call.run(call.options.operands),
      },
      action: {
        subcommands: {
          'write-chars': {
            run: call => {
              type(call, call.options.operands);
              return undefined;
            },
          },
        },
      },
    },
  },
};
