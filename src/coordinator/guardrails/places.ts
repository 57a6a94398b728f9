import { isKnown, unknown } from './shell/value.ts';

/**
 * Where a path leads, as far as its text tells. `temporary` and `generated` are what is made to be thrown away;
 * the repository's own ignore rules are asked later, by the rules.
 */
export type Area =
  | 'root' // the file system itself, or everything directly below it
  | 'system' // what the operating system or its packages live in
  | 'home' // a home directory as a whole
  | 'device'
  | 'sink' // /dev/null and other devices that hold no data
  | 'temporary'
  | 'ordinary'
  | 'unknown';

export interface Place {
  /** As written, unknown pieces included. */
  readonly text: string;
  /** Normalised and absolute; undefined where it cannot be known. */
  readonly absolute: string | undefined;
  readonly area: Area;
  /** The deepest directory that is sure to hold it: `/a` for `/a/$X`, where `absolute` is undefined. */
  readonly within: string | undefined;
  /** Holds a wildcard. `absolute` is then the deepest directory without one. */
  readonly pattern: boolean;
  /** The wildcard takes everything in its directory (`dir/*`). */
  readonly everything: boolean;
  /** On another machine or in a container, where nothing here can be looked up. */
  readonly elsewhere: boolean;
}

export interface Standpoint {
  /** The working directory; undefined after a `cd` to somewhere unknown. */
  readonly cwd: string | undefined;
  readonly home: string | undefined;
  /** Where the agent works: nothing in it is there to be thrown away, even if it lies in a directory that is. */
  readonly workspace?: string | undefined;
  readonly elsewhere: boolean;
}

const systemDirectories =
  /^\/(?:bin|boot|dev|etc|lib|lib32|lib64|libx32|opt|proc|run|sbin|srv|sys|usr|var|System|Library|Applications|private|cores|mnt|media|Volumes|nix|snap|root|home|Users)(?:\/|$)/;
/** Below system directories, but people's own: `/home/ann/x` is as ordinary as `~/x`. */
const personal =
  /^(?:\/(?:home|Users)\/[^/]+\/.|\/root\/.|\/(?:mnt|media|Volumes|srv|opt)\/.|\/var\/www\/.|\/Applications\/.|\/nix\/store\/.)/;
const temporaryDirectories =
  /^(?:\/private)?\/(?:tmp|var\/tmp|var\/folders|dev\/shm|run\/user\/[^/]+)(?:\/|$)/;
const homeDirectories = /^(?:\/home|\/Users|\/root|\/(?:home|Users)\/[^/]+)$/;
/** Devices that hold data or the machine itself; a terminal, `/dev/null` or a sound card loses nothing by being written to. */
const dataDevices =
  /^\/dev\/(?:[shv]d[a-z]|xvd|nvme|mmcblk|r?disk|md\d|dm-|mapper|loop|sr\d|nbd|zvol|pmem|k?mem$|port$|ufs|mtd|by-|da\d|ada\d|\*|\[|\?)/;

/** Reads a path the way the shell would, and says where it leads. Purely by its text: no file is touched. */
export function placeOf(
  text: string,
  from: Standpoint,
  options: { pattern?: boolean; tilde?: boolean } = {},
): Place {
  const base = { text, elsewhere: from.elsewhere };
  if (/^[A-Za-z]:(?:[\\/]|$)/.test(text) || text.startsWith('\\\\'))
    return { ...base, ...windowsPlace(text) };
  if (
    from.cwd !== undefined &&
    /^[A-Za-z]:[\\/]/.test(from.cwd) &&
    !/^[/~]/.test(text) &&
    !text.startsWith(unknown)
  )
    return { ...base, ...windowsPlace(joinWindows(from.cwd, text)) };
  let path = text;
  if (options.tilde !== false && path.startsWith('~')) {
    const user = /^~([^/]*)/.exec(path)?.[1] ?? '';
    if (user === '' && from.home !== undefined) path = from.home + path.slice(1);
    else if (user === '' || /^[a-z_][\w-]*$/i.test(user)) {
      const rest = path.slice(user.length + 1).replace(/\/+$/, '');
      return { ...base, ...homePlace(rest, options.pattern === true) };
    } else
      return {
        ...base,
        absolute: undefined,
        within: undefined,
        area: 'unknown',
        pattern: false,
        everything: false,
      };
  }
  if (!path.startsWith('/')) {
    if (path.startsWith(unknown) || from.cwd === undefined)
      return { ...base, ...unknownPlace(path, options) };
    path = `${from.cwd}/${path}`;
  }
  const glob =
    options.pattern === true ? splitPattern(path) : { directory: path, pattern: false, everything: false };
  const absolute = normalize(glob.directory);
  return {
    ...base,
    absolute: isKnown(absolute) ? absolute : undefined,
    within: knownDirectory(absolute),
    area: areaOf(absolute, glob, from),
    pattern: glob.pattern,
    everything: glob.everything,
  };
}

type Reading = Pick<Place, 'absolute' | 'within' | 'area' | 'pattern' | 'everything'>;

function homePlace(rest: string, pattern: boolean): Reading {
  const everything = pattern && /^\/(?:\.?\*)+$/.test(rest);
  const whole = rest === '' || everything;
  const climbs = /(?:^|\/)\.\.(?:\/|$)/.test(rest);
  return {
    absolute: undefined,
    within: undefined,
    area: whole || climbs ? 'home' : 'ordinary',
    pattern,
    everything,
  };
}

function unknownPlace(path: string, options: { pattern?: boolean }): Reading {
  const { pattern, everything } =
    options.pattern === true ? splitPattern(path) : { pattern: false, everything: false };
  return { absolute: undefined, within: undefined, area: 'unknown', pattern, everything };
}

/** What is known of a path before its first unknown piece; nothing where `..` follows it. */
function knownDirectory(path: string): string | undefined {
  if (isKnown(path)) return path;
  if (path.includes(`${unknown}..`)) return undefined;
  return path.slice(0, path.indexOf(unknown)).replace(/\/[^/]*$/, '') || '/';
}

interface Glob {
  readonly directory: string;
  readonly pattern: boolean;
  readonly everything: boolean;
}

function splitPattern(path: string): Glob {
  const parts = path.split('/');
  const first = parts.findIndex(part => /[*?[]/.test(part));
  if (first < 0) return { directory: path, pattern: false, everything: false };
  const everything = /^(?:\.?\*+|\*\.\*|\.\[\^?!?\.?\]\*|\?+\*)$/.test(parts[first] ?? '');
  return { directory: parts.slice(0, first).join('/') || '/', pattern: true, everything };
}

/** Resolves `.` and `..` by text. An unknown segment is never climbed out of by guessing: `…/..` stays unknown. */
export function normalize(path: string): string {
  const segments: string[] = [];
  for (const segment of path.split('/')) {
    if (segment === '' || segment === '.') continue;
    if (segment !== '..') segments.push(segment);
    else if (segments[segments.length - 1]?.includes(unknown)) segments.push(`${unknown}..`);
    else segments.pop();
  }
  return `/${segments.join('/')}`;
}

function areaOf(absolute: string, glob: Glob, { home, workspace }: Standpoint): Area {
  const known = isKnown(absolute);
  if (absolute === '/') return glob.pattern && !glob.everything ? 'system' : 'root';
  // `/$X`: an empty variable makes it the root itself.
  if (absolute.startsWith(`/${unknown}`)) return 'unknown';
  if (absolute.includes(`${unknown}..`)) return 'unknown';
  const own = home === undefined ? undefined : normalize(home);
  if (absolute === own || homeDirectories.test(absolute))
    return glob.pattern && !glob.everything ? 'ordinary' : 'home';
  if (temporaryDirectories.test(absolute))
    return isKept(absolute, workspace) || isKept(absolute, own) ? 'ordinary' : 'temporary';
  if (absolute.startsWith('/dev/')) return dataDevices.test(absolute) ? 'device' : 'sink';
  if (own !== undefined && known && `${absolute}/`.startsWith(`${own}/`)) return 'ordinary';
  // Everything above the home directory holds it.
  if (own !== undefined && `${own}/`.startsWith(`${absolute}/`)) return 'system';
  if (systemDirectories.test(absolute) && !personal.test(absolute)) return 'system';
  return 'ordinary';
}

/** In a directory that somebody keeps things in (the workspace, the home), or around it. `/tmp` itself is nobody's. */
function isKept(absolute: string, keeping: string | undefined): boolean {
  if (keeping === undefined) return false;
  const kept = normalize(keeping);
  const isRoot = !temporaryDirectories.test(kept.slice(0, kept.lastIndexOf('/')));
  return !isRoot && (`${absolute}/`.startsWith(`${kept}/`) || `${kept}/`.startsWith(`${absolute}/`));
}

function joinWindows(cwd: string, text: string): string {
  const segments = cwd.split(/[\\/]+/).filter(segment => segment !== '');
  for (const segment of text.split(/[\\/]+/)) {
    if (segment === '..' && segments.length > 1) segments.pop();
    else if (segment !== '' && segment !== '.' && segment !== '..') segments.push(segment);
  }
  return segments.join('\\');
}

function windowsPlace(text: string): Reading {
  const path = text.replaceAll('/', '\\').replace(/\\+$/, '');
  const everything = /\\\*(?:\.\*)?$/.test(path);
  const bare = path.replace(/\\\*(?:\.\*)?$/, '').toLowerCase();
  const pattern = /[*?]/.test(path);
  let area: Area = 'ordinary';
  if (/^[a-z]:$/.test(bare)) area = 'root';
  else if (bare.startsWith('\\\\.\\')) area = 'device';
  else if (
    /^[a-z]:\\(?:windows|winnt|program files(?: \(x86\))?|programdata|system volume information|boot|recovery)(?:\\|$)/.test(
      bare,
    )
  )
    area = /^[a-z]:\\windows\\temp\\/.test(bare) ? 'temporary' : 'system';
  else if (/^[a-z]:\\users(?:\\[^\\]+)?$/.test(bare)) area = 'home';
  else if (/^[a-z]:\\users\\[^\\]+\\appdata\\local\\temp(?:\\|$)|^[a-z]:\\te?mp(?:\\|$)/.test(bare))
    area = 'temporary';
  const absolute = isKnown(path) ? path : undefined;
  return { absolute, within: absolute, area, pattern, everything };
}

/** The last segment of a path, unknown pieces included. */
export function baseName(path: string): string {
  return (
    path
      .replace(/[\\/]+$/, '')
      .split(/[\\/]/)
      .pop() ?? ''
  );
}
