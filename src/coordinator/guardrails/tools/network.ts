import { type Arg, type Stream, unknown } from '../shell/value.ts';
import { type Call, type Family, named, type Tool } from './tool.ts';

/** The host of an address; undefined where the text is none. */
export function hostOf(text: string): string | undefined {
  const match = /^(?:[a-z][a-z0-9+.-]*:\/\/)?(?:[^@/\s]*@)?(\[[^\]]+\]|[^:/?#\s]+)/i.exec(text);
  return match?.[1]?.toLowerCase();
}

function download(call: Call, urls: readonly Arg[], output: Arg | undefined, toStdout: boolean): Stream {
  const origins = urls.map(url => ({ kind: 'fetched', host: hostOf(url.text) ?? unknown }) as const);
  const content: Stream = { text: unknown, origins };
  if (output !== undefined && output.text !== '-') {
    call.effect({ kind: 'write', path: call.place(output), manner: 'replace' });
    call.wrote(output, content);
    return { text: '', origins: [] };
  }
  return toStdout || output !== undefined ? content : { text: '', origins: [] };
}

const curl: Tool = {
  options:
    '-o,--output= -O,--remote-name -s,--silent -S,--show-error -L,--location -f,--fail -X,--request= -H,--header= -d,--data= --data-raw= --data-binary= --data-urlencode= ' +
    '--data-ascii= --json= -F,--form= --form-string= -T,--upload-file= -u,--user= -A,--user-agent= -e,--referer= -b,--cookie= -c,--cookie-jar= -x,--proxy= -w,--write-out= -m,--max-time= ' +
    '--connect-timeout= --retry= --retry-delay= --retry-max-time= -k,--insecure -I,--head -i,--include -v,--verbose -G,--get -C,--continue-at= -r,--range= -E,--cert= --key= --cacert= --capath= ' +
    '-K,--config= -D,--dump-header= --url= --resolve= --limit-rate= -z,--time-cond= -y= -Y= -Q,--quote= -U,--proxy-user= --interface= --unix-socket= --output-dir= -t,--telnet-option= --create-dirs',
  run: call => {
    const urls = [...call.options.operands, ...call.all('url')];
    if (urls.length === 0) return undefined;
    const output = call.value('o');
    const [url] = urls;
    const remoteName = call.has('O') && url !== undefined ? fileNameOf(url) : undefined;
    return download(call, urls, output ?? remoteName, true);
  },
};

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
    return download(call, urls, call.value('O') ?? fileNameOf(url), false);
  },
};

const fetcher: Tool = {
  options: '-o,--output= -O= -q --quiet',
  run: call => download(call, call.options.operands, call.value('o'), true),
};

export const networkFamily: Family = {
  ...named('curl curlie', curl),
  ...named('wget wget2', wget),
  ...named('fetch http https xh httpie aria2c lynx links w3m elinks', fetcher),
};
