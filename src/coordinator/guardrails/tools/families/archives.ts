import { type Arg, joinOrigins, type Stream, unknown, unknownStream } from '../../shell/value.ts';
import { type Call, type Family, named, type Tool } from '../tool.ts';
import { remove, write } from './files.ts';

/** What goes into an archive goes wherever the archive goes. */
function packed(call: Call, members: readonly Arg[]): Stream {
  const origins = members.map(member => call.content(member).origins);
  return unknownStream(joinOrigins(call.stdin.origins, ...origins, [{ kind: 'program', name: call.name }]));
}

/** What comes out of an archive may be named anything; where it goes is what can be told. */
function unpackInto(call: Call, directory: Arg | undefined, members: readonly Arg[]): void {
  const folder = directory?.text.replace(/\/+$/, '') ?? '.';
  for (const member of members) {
    const target = { ...member, text: `${folder}/${member.text.replace(/^\.?\/+/, '')}` };
    write(call, target, 'replace');
  }
  if (directory === undefined || members.length > 0) return;
  const target = { ...directory, text: `${directory.text.replace(/\/+$/, '')}/${unknown}`, pattern: false };
  write(call, target, 'replace');
}

const tar: Tool = {
  options:
    '-c,--create -x,--extract,--get -t,--list -r,--append -u,--update -A,--catenate,--concatenate -d,--diff,--compare -f,--file= -C,--directory= -z,--gzip -j,--bzip2 -J,--xz --zstd -v,--verbose -p -P,--absolute-names -k ' +
    '-I,--use-compress-program= --to-command= --checkpoint?= --checkpoint-action= -F,--info-script,--new-volume-script= --rsh-command= --exclude= -X,--exclude-from= -T,--files-from= --strip-components= --transform,--xform= --owner= --group= --mode= --mtime= -b= -g= -N= -V= -K= -O,--to-stdout --remove-files --wildcards -h -a -m -o -S -w',
  run: call => {
    // `tar xzf a` is `tar -xzf a`.
    const [first, ...rest] = call.args;
    if (first !== undefined && /^[a-zA-Z]+$/.test(first.text) && /[cxtru]/.test(first.text))
      return call.run([{ ...first, text: 'tar' }, { ...first, text: `-${first.text}` }, ...rest]);
    for (const key of ['I', 'to-command', 'F', 'rsh-command'])
      for (const program of call.all(key)) call.script(program);
    for (const action of call.all('checkpoint-action')) {
      const text = /^exec=(.+)$/s.exec(action.text)?.[1];
      if (text !== undefined) call.script({ ...action, text });
    }
    const file = call.value('f');
    if (call.has('x')) {
      if (!call.has('O')) unpackInto(call, call.value('C'), call.options.operands);
      return undefined;
    }
    if (!call.has('c', 'r', 'u')) return undefined;
    const content = packed(call, call.options.operands);
    if (call.has('remove-files')) remove(call, call.options.operands, true);
    if (file === undefined || file.text === '-') return content;
    write(call, file, 'replace');
    call.wrote(file, content);
    return undefined;
  },
};

const zip: Tool = {
  options: '-r -q -9 -0 -j -m -x= -i= -d -u -f -e -P= -T -TT= -@ -y -v',
  run: call => {
    const [archive, ...members] = call.options.operands;
    if (archive === undefined) return undefined;
    const content = packed(call, members);
    if (call.has('m')) remove(call, members, true);
    if (archive.text === '-') return content;
    write(call, archive, 'replace');
    call.wrote(archive, content);
    return undefined;
  },
};

const unpacker: Tool = {
  options: '-d= -o?= -x= -P= -q -n -l -t -v -j -u -p',
  run: call => {
    const members = /^7z/.test(call.name) ? call.options.operands.slice(2) : call.options.operands.slice(1);
    if (!call.has('l', 't', 'v', 'p')) unpackInto(call, call.value('d', 'o'), members);
    return undefined;
  },
};

/** gzip and its like replace a file by its compressed self, and lose nothing. */
const compressor: Tool = {
  options: '-d -c,--stdout -k -f -r -n -v -q -t -l -S= -T= -o= -1 -9 -e',
  run: call => {
    if (!call.has('c')) {
      for (const operand of call.options.operands) write(call, operand, 'edit');
      return unknownStream([...call.stdin.origins, ...(call.has('d') ? [{ kind: 'decoded' } as const] : [])]);
    }
    return packed(call, call.options.operands);
  },
};

export const archiveFamily: Family = {
  ...named('tar gtar bsdtar', tar),
  ...named('zip', zip),
  ...named('unzip unar 7z 7za 7zr unrar', unpacker),
  ...named('gzip pigz bzip2 xz zstd lz4 brotli compress', compressor),
};
