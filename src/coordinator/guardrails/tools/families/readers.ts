import { type Arg, joinOrigins, type Stream, unknownStream } from '../../shell/value.ts';
import { type Call, type Family, named, type Tool } from '../tool.ts';

/** Tools that print what is in the files they are given, some behind a pattern or a filter. */

function contentOf(call: Call, files: readonly Arg[]): Stream {
  const streams = files.map(file => call.content(file));
  return unknownStream(joinOrigins(call.stdin.origins, ...streams.map(stream => stream.origins)));
}

function reader(options: string, operandsBefore = 0): Tool {
  return {
    options,
    style: { numbers: true },
    run: call => contentOf(call, call.options.operands.slice(operandsBefore)),
  };
}

/** The pattern comes first unless an option gives it; with -l, -c or -q nothing of the content is shown. */
const grep: Tool = {
  options:
    '-e,--regexp= -f,--file= -A,--after-context= -B,--before-context= -C,--context= -m,--max-count= --include= --exclude= --exclude-dir= -d= -D= --color?= -g,--glob= -t,--type= -T,--type-not= -M= -j,--threads= --max-depth= -r,--replace= --sort= ' +
    '-l,--files-with-matches -L,--files-without-match -c,--count -q,--quiet,--silent -i -v -w -x -n -H -h -o -s -R --recursive -E -F -G -P -a -z -Z -U --iglob= --files --hidden --no-ignore --json --stats -u -S -p --multiline',
  style: { numbers: true },
  run: call => {
    const files = call.options.operands.slice(call.has('e', 'f', 'files') ? 0 : 1);
    const asked = call.value('e')?.text ?? call.options.operands[0]?.text ?? '';
    const environment = call.stdin.origins.some(
      origin =>
        origin.kind === 'program' && /^(?:env|printenv|set|export|declare|history)$/.test(origin.name),
    );
    if (
      environment &&
      !call.captured &&
      /token|secret|pass(?:w|$|_)|api.?key|private.?key|credential/i.test(asked)
    )
      call.effect({ kind: 'reveal-secret', what: 'secrets of the environment' });
    const silent = call.has('l', 'L', 'c', 'q', 'files');
    return silent ? unknownStream(call.stdin.origins) : contentOf(call, files);
  },
};

const less: Tool = {
  options:
    '-b= -h= -j= -k= -o= -O= -p= -P= -t= -T= -x= -y= -z= -# -N -S -R -r -X -F -E -e -f -i -I -M -m -n -q -s -u -U -w -c -g -G -J -K -L',
  run: call => {
    for (const operand of call.options.operands) {
      const command = /^\+!(.+)$/s.exec(operand.text)?.[1];
      if (command !== undefined) call.script({ ...operand, text: command });
    }
    return contentOf(
      call,
      call.options.operands.filter(operand => !operand.text.startsWith('+')),
    );
  },
};

const man: Tool = {
  options: '-P,--pager= -k -f -a -w -M= -S= -s= -l -K -L= -m= -E= -r= -C= -e= -H?= -T?= -X?= -Z -p=',
  run: call => {
    const pager = call.value('P');
    return pager === undefined ? undefined : call.script(pager);
  },
};

const openssl: Tool = {
  options:
    '-in= -out= -inkey= -key= -keyout= -text -noout -d -e -a -base64 -aes-256-cbc -pass= -passin= -passout= -k= -K= -iv= -pubin -pubout -connect= -days= -subj= -nodes -newkey= -x509 -modulus -dates -fingerprint -issuer -subject -hash -salt -pbkdf2 -md= -inform= -outform= -CAfile= -servername= -showcerts',
  style: { singleDash: true },
  run: call => {
    const [verb] = call.options.operands;
    const input = call.value('in');
    const stream = input === undefined ? call.stdin : undefined;
    const showsKey =
      /^(?:rsa|ec|pkey|dsa|genpkey|pkcs8|pkcs12)$/.test(verb?.text ?? '') &&
      !call.has('pubout', 'noout') &&
      call.value('out') === undefined;
    const encodes = /^(?:enc|base64|aes.*)$/.test(verb?.text ?? '');
    if (input !== undefined && (showsKey || encodes))
      return unknownStream([
        ...call.content(input).origins,
        ...(call.has('d') ? [{ kind: 'decoded' } as const] : []),
      ]);
    return unknownStream([
      ...(stream?.origins ?? []),
      ...(encodes && call.has('d') ? [{ kind: 'decoded' } as const] : []),
    ]);
  },
};

export const readerFamily: Family = {
  ...named('head tail ghead gtail', reader('-n,--lines= -c,--bytes= -f -F -q -v -s= --pid= --follow?=')),
  ...named('less more most', less),
  ...named(
    'bat batcat pygmentize highlight glow mdcat',
    reader(
      '-l,--language= -r,--line-range= -H,--highlight-line= --style= --theme= --paging= --color= --decorations= --wrap= -p,--plain -n -A -d --diff --tabs= -f= -O=',
    ),
  ),
  ...named(
    'cut',
    reader('-d,--delimiter= -f,--fields= -c,--characters= -b,--bytes= --output-delimiter= -s --complement'),
  ),
  ...named(
    'paste column fold fmt expand unexpand pr nl comm join uniq tsort shuf csvlook csvcut csvgrep',
    reader('-d= -s -t -n= -f= -w= -c= -o= -1= -2= -j= -i -u -l= -N= -R= -S= -H= -v= -e= -p= --pages='),
  ),
  ...named(
    'sort gsort',
    reader(
      '-k,--key= -t,--field-separator= -o,--output= -S,--buffer-size= -T,--temporary-directory= --parallel= -n -r -u -f -b -d -g -h -i -M -R -V -c -C -m -s -z',
    ),
  ),
  ...named('od hexdump hexyl', reader('-A= -j= -N= -t= -w?= -n= -s= -e= -f= -c -b -d -o -x -v -C')),
  ...named('strings', reader('-n= -t= -e= -a -f -o')),
  ...named(
    'diff sdiff diff3 cmp colordiff delta icdiff difft',
    reader(
      '-U,--unified?= -C= -I= -x= -X= -W= -w -b -B -i -q,--brief -r -s -u -y -N -a -p -t --color?= --label= -L= -D= --from-file= --to-file= --strip-trailing-cr',
    ),
  ),
  ...named('base32 basenc uuencode', reader('-d -i -w=')),
  ...named(
    'jq gojq jaq yq xq tomlq dasel fx',
    reader(
      '--arg= --argjson= --slurpfile= --rawfile= --args --jsonargs -f,--from-file= --indent= -L= -r -c -n -s -S -e -M -C -a -j -R -i -P -o= -p= --tab',
      1,
    ),
  ),
  ...named('grep egrep fgrep rgrep zgrep rg ag ack ugrep pcregrep', grep),
  ...named('man', man),
  ...named('openssl', openssl),
};
