import { isSecretFile } from '../../secret-files.ts';
import { type Arg, isKnown, plainArg, type Stream, unknown } from '../../shell/value.ts';
import { type Call, type Family, named, type Tool } from '../tool.ts';
import { databaseRequest } from './database-requests.ts';
import { isRemote } from './files.ts';
import { redisDeed } from './redis.ts';

/** The host of an address; undefined where the text is none. */
export function hostOf(text: string): string | undefined {
  const match = /^(?:[a-z][a-z0-9+.-]*:\/\/)?(?:[^@/\s]*@)?(\[[^\]]+\]|[^:/?#\s]+)/i.exec(text);
  return match?.[1]?.toLowerCase();
}

/** What package managers take in place of a name: an archive or a repository that nobody has published. */
export function isPackageAddress(text: string): boolean {
  return /^(?:git\+|https?:|git:|ssh:|git@|github:|gitlab:|bitbucket:|gist:)/.test(text);
}

/** Sends what comes through a pipe: from files, from other programs, or from the command line itself. */
export function sendStream(call: Call, host: string, stream: Stream): void {
  const files = stream.origins
    .filter(origin => origin.kind === 'file')
    .map(origin => call.place(plainArg(origin.path)));
  const programs = stream.origins.flatMap(origin => (origin.kind === 'program' ? [origin.name] : []));
  const secret = stream.origins.some(origin => origin.kind === 'secret');
  if (files.length === 0 && !secret && isKnown(stream.text)) return;
  const source =
    files.length > 0
      ? files.map(file => file.text).join(' ')
      : `the output of ${programs.join(', ') || 'a command'}`;
  call.effect({ kind: 'send', host, what: source, files, secret });
}

function sendFile(call: Call, host: string, file: Arg): void {
  const standsForInput = file.text === '-' || file.text === '/dev/stdin';
  const content = standsForInput ? call.stdin : call.written(file);
  const place = call.place(file);
  if (content !== undefined) sendStream(call, host, content);
  else call.effect({ kind: 'send', host, what: place.text, files: [place], secret: false });
}

/** Text on the command line that came out of a file or of another command: `-d "$(cat x)"`. */
function sendText(call: Call, host: string, text: Arg): void {
  const environment = text.origins.some(
    origin => origin.kind === 'program' && /^(?:env|printenv|set|history)$/.test(origin.name),
  );
  if (environment || text.origins.some(origin => origin.kind === 'file' || origin.kind === 'secret'))
    sendStream(call, host, text);
}

/** A whole address that comes out of a list is where to go, not what to take along. */
function isFromList(url: Arg): boolean {
  return url.text.startsWith(unknown);
}

function download(call: Call, urls: readonly Arg[], output: Arg | undefined, toStdout: boolean): Stream {
  const hosts = urls.map(url => hostOf(url.text) ?? unknown);
  for (const host of hosts) call.effect({ kind: 'contact', host, purpose: 'download' });
  const local = hosts.every(isLocalHost);
  const content: Stream = {
    text: unknown,
    origins: local
      ? [{ kind: 'program', name: 'localhost' }]
      : hosts.map(host => ({ kind: 'fetched', host })),
  };
  if (output !== undefined && output.text !== '-') {
    const path = call.place(output);
    if (path.area !== 'sink') call.effect({ kind: 'write', path, manner: 'replace' });
    call.wrote(output, content);
    return { text: '', origins: [] };
  }
  return toStdout || output !== undefined ? content : { text: '', origins: [] };
}

export function isLocalHost(host: string): boolean {
  return /^(?:localhost|127\.\d+\.\d+\.\d+|\[?::1\]?|0\.0\.0\.0|host\.docker\.internal|.*\.localhost|.*\.local)$/.test(
    host,
  );
}

const curl: Tool = {
  options:
    '-o,--output= -O,--remote-name -s,--silent -S,--show-error -L,--location -f,--fail -X,--request= -H,--header= -d,--data= --data-raw= --data-binary= --data-urlencode= ' +
    '--data-ascii= --json= -F,--form= --form-string= -T,--upload-file= -u,--user= -A,--user-agent= -e,--referer= -b,--cookie= -c,--cookie-jar= -x,--proxy= -w,--write-out= -m,--max-time= ' +
    '--connect-timeout= --retry= --retry-delay= --retry-max-time= -k,--insecure -I,--head -i,--include -v,--verbose -G,--get -C,--continue-at= -r,--range= -E,--cert= --key= --cacert= --capath= ' +
    '-K,--config= -D,--dump-header= --url= --resolve= --limit-rate= -z,--time-cond= -y= -Y= -Q,--quote= -U,--proxy-user= --interface= --unix-socket= --output-dir= -t,--telnet-option= --create-dirs --aws-sigv4= --oauth2-bearer=',
  run: call => {
    if (call.has('help', 'V', 'version')) return undefined;
    const urls = [...call.options.operands, ...call.all('url')];
    const [url] = urls;
    if (url === undefined) return undefined;
    const host = hostOf(url.text) ?? unknown;
    for (const key of ['d', 'data-binary', 'data-urlencode', 'data-ascii', 'json']) {
      for (const value of call.all(key)) {
        const file = /^(?:[\w.-]*)@(.+)$/s.exec(value.text)?.[1];
        if (file !== undefined && value.text.startsWith('@')) {
          const body = { ...value, text: file };
          // The usual way to hand a request its body; what else is on the disk is another matter.
          if (!isRequestBody(call, key, body)) sendFile(call, host, body);
        } else sendText(call, host, value);
      }
    }
    for (const value of call.all('data-raw')) sendText(call, host, value);
    for (const value of call.all('F')) {
      const file = /^[^=]+=[@<]([^;]+)/.exec(value.text)?.[1];
      if (file !== undefined) sendFile(call, host, { ...value, text: file });
      else sendText(call, host, value);
    }
    for (const value of call.all('T')) sendFile(call, host, value);
    for (const value of urls) if (!isFromList(value)) sendText(call, host, value);
    const method = call.value('X')?.text.toUpperCase();
    const bodies = ['d', 'data-raw', 'data-binary', 'data-urlencode', 'json'].flatMap(key => call.all(key));
    const lost = databaseRequest(
      method ?? (bodies.length > 0 ? 'POST' : 'GET'),
      url.text,
      bodies.map(body => body.text),
    );
    for (const deed of lost) call.effect(deed);
    if (lost.length === 0 && method === 'DELETE' && !isLocalHost(host))
      call.effect({
        kind: 'infrastructure',
        act: 'destroy',
        how: `asks ${isKnown(host) ? host : 'a server'} to delete ${isKnown(url.text) ? url.text : 'something'}`,
        local: false,
      });
    return download(call, urls, call.value('o') ?? (call.has('O') ? fileNameOf(url) : undefined), true);
  },
};

/** `-d @payload.json`, from the project and without a name that says it is secret. */
function isRequestBody(call: Call, key: string, file: Arg): boolean {
  if (key === 'data-binary' || !/\.(?:json|xml|graphql|gql|ya?ml|txt)$/i.test(file.text)) return false;
  const place = call.place(file);
  return (
    place.area === 'ordinary' &&
    !isSecretFile(place.absolute ?? place.text) &&
    call.written(file) === undefined &&
    !/^(?:\/|~|\.\.)/.test(file.text)
  );
}

function fileNameOf(url: Arg): Arg {
  return { ...url, text: url.text.replace(/[?#].*$/, '').replace(/^.*\//, '') || 'index.html', origins: [] };
}

const wget: Tool = {
  options:
    '-O,--output-document= -o,--output-file= -a,--append-output= -q,--quiet -P,--directory-prefix= -c,--continue -N,--timestamping -t,--tries= -T,--timeout= -w,--wait= -U,--user-agent= --header= ' +
    '--post-data= --post-file= --method= --body-data= --body-file= --user= --password= -i,--input-file= -r,--recursive -l,--level= -A,--accept= -R,--reject= -D,--domains= -e,--execute= -nc,--no-clobber -np -nv',
  run: call => {
    const urls = call.options.operands;
    const [url] = urls;
    if (url === undefined) return undefined;
    const host = hostOf(url.text) ?? unknown;
    for (const key of ['post-file', 'body-file'])
      for (const file of call.all(key)) sendFile(call, host, file);
    for (const key of ['post-data', 'body-data'])
      for (const text of call.all(key)) sendText(call, host, text);
    for (const value of urls) if (!isFromList(value)) sendText(call, host, value);
    return download(call, urls, call.value('O') ?? fileNameOf(url), false);
  },
};

const fetcher: Tool = {
  options:
    '-o,--output= -O= -q --quiet -d --download -v -h -b -f,--form -j,--json -a,--auth= -A,--auth-type= --session= --timeout= --verify=',
  run: call => {
    const operands = call.options.operands.filter(
      arg => !/^(?:GET|POST|PUT|PATCH|DELETE|HEAD|OPTIONS)$/.test(arg.text),
    );
    const [url, ...items] = operands;
    if (url === undefined) return undefined;
    const host = hostOf(url.text) ?? unknown;
    for (const item of items) {
      const file = /^[\w-]+:?=?@(.+)$/.exec(item.text)?.[1];
      if (file !== undefined) sendFile(call, host, { ...item, text: file });
    }
    if (/^https?$|^xh/.test(call.name) && call.stdin.origins.length > 0) sendStream(call, host, call.stdin);
    return download(call, [url], call.value('o'), true);
  },
};

const netcat: Tool = {
  options:
    '-l,--listen -p,--local-port= -e,--exec= -c,--sh-exec= -w,--wait= -v -n -u,--udp -z -k,--keep-open -s= -i= -q= -x= -X= -4 -6 -N -C -d -t -r -U --ssl --send-only --recv-only --lua-exec=',
  run: call => {
    const program = call.value('e', 'c', 'lua-exec');
    const host = call.options.operands[0]?.text ?? unknown;
    if (program !== undefined) {
      call.effect({ kind: 'run-fetched', host });
      return undefined;
    }
    if (call.has('z')) return undefined;
    if (!call.has('l')) {
      sendStream(call, host, call.stdin);
      // Redis and memcached take their commands as plain lines.
      for (const line of isKnown(call.stdin.text) ? call.stdin.text.split(/\n|\\[rn]/) : []) {
        const words = line.trim().split(/\s+/);
        const deed = /^flush_all$/i.test(words[0] ?? '') ? redisDeed(['FLUSHALL']) : redisDeed(words);
        if (deed !== undefined) call.effect(deed);
      }
    }
    return { text: unknown, origins: [{ kind: 'fetched', host }] };
  },
};

const socat: Tool = {
  run: call => {
    const addresses = call.args.filter(arg => !arg.text.startsWith('-')).map(arg => arg.text);
    if (
      addresses.some(address => /^(?:exec|system|shell):/i.test(address)) &&
      addresses.some(address => /^(?:tcp|udp|openssl|ssl|socks)/i.test(address))
    )
      call.effect({ kind: 'run-fetched', host: 'whoever is at the other end' });
    for (const address of addresses) {
      const file = /^(?:file|open):([^,]+)/i.exec(address)?.[1];
      if (file !== undefined)
        sendFile(call, addresses.find(other => other !== address) ?? unknown, plainArg(file));
    }
    return undefined;
  },
};

/** scp, rsync, sftp: the sources leave where the last word names another machine. */
const copyAway: Tool = {
  options: '-P= -i= -o= -F= -J= -l= -S= -c= -r -p -q -C -v -B -3 -4 -6 -T -O -D=',
  run: call => {
    const target = call.options.operands.at(-1);
    if (target === undefined || !isRemote(target)) return undefined;
    const host = hostOf(target.text.replace(/:(?!\/\/).*$/, '')) ?? unknown;
    for (const source of call.options.operands.slice(0, -1))
      if (!isRemote(source)) sendFile(call, host, source);
    return undefined;
  },
};

const ftp: Tool = {
  options: '-n -i -v -g -p -u= -e= -c= -f= -b= -T= -R -P=',
  run: call => {
    const host = call.options.operands[0]?.text ?? unknown;
    const script = call.value('e', 'c', 'b')?.text ?? (isKnown(call.stdin.text) ? call.stdin.text : '');
    const sent = /\b(?:put|mput|send|mirror -R|append)\s+(\S+)/.exec(script)?.[1];
    if (sent !== undefined) sendFile(call, host, plainArg(sent));
    return undefined;
  },
};

const mail: Tool = {
  options: '-s= -a= -A= -c= -b= -r= -S= -u= -f= -t= -o= -m= -xu= -xp=',
  run: call => {
    const host = call.options.operands[0]?.text ?? 'the recipients of a mail';
    for (const file of [...call.all('a'), ...call.all('A')]) sendFile(call, host, file);
    sendStream(call, host, call.stdin);
    return undefined;
  },
};

/** Names that are looked up carry what is in them to whoever answers for the domain. */
const lookup: Tool = {
  run: call => {
    for (const arg of call.args) {
      const carries = arg.origins.some(
        origin => origin.kind === 'file' || origin.kind === 'secret' || origin.kind === 'program',
      );
      if (carries && !isKnown(arg.text))
        sendStream(call, arg.text.replaceAll(unknown, '').replace(/^\./, '') || unknown, arg);
    }
    return undefined;
  },
};

const telnet: Tool = {
  run: call => {
    if (call.stdin.origins.length > 0)
      sendStream(call, call.args.find(arg => !arg.text.startsWith('-'))?.text ?? unknown, call.stdin);
    return undefined;
  },
};

export const networkFamily: Family = {
  ...named('curl curlie', curl),
  ...named('wget wget2', wget),
  ...named('fetch http https xh httpie aria2c axel lynx links w3m elinks', fetcher),
  ...named('nc ncat netcat', netcat),
  ...named('socat', socat),
  ...named('scp pscp', copyAway),
  ...named('sftp lftp ftp ncftp tftp', ftp),
  ...named('mail mailx mutt sendmail swaks msmtp', mail),
  ...named('dig nslookup host ping ping6 drill kdig', lookup),
  ...named('telnet', telnet),
};
