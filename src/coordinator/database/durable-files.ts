import { fstatSync, fsyncSync } from 'node:fs';
import { open } from 'node:fs/promises';
import { join, posix } from 'node:path';
import { PGlite } from '@electric-sql/pglite';
import { NodeFS } from '@electric-sql/pglite/nodefs';

/** Milliseconds of commits that a power failure, not a crash, may take away. */
const syncedWithin = 200;

/** EIO as Emscripten throws it: everything else would tear through the WebAssembly instead of becoming an error in it. */
const inputOutputError = { name: 'ErrnoError', errno: 29 };

/** A file or folder that Postgres has open; `nfd` is its descriptor in this process. */
interface OpenFile {
  readonly path: string;
  readonly nfd?: number;
}

/**
 * A data directory that outlives a power failure. PGlite's own does not: `fsync` does nothing there, so that a
 * checkpoint may declare pages written that are not. Here the data files are on the disk when Postgres believes it.
 * Two things follow in the background instead, within {@link syncedWithin}: the log, since waiting for the disk at each
 * commit would be most of the time of a lock, and what is synchronised while the database starts, which after a crash
 * is every file. A process that is killed loses nothing either way.
 */
export class DurableFiles extends NodeFS {
  /** Paths below the data directory that are still to be synchronised. */
  readonly #behind = new Set<string>();
  #timer: NodeJS.Timeout | undefined;
  #hasStarted = false;
  /** Postgres is told at its next commit and stops, as it would on a server: what it knows of the disk is wrong. */
  #hasFailed = false;

  override async init(...[pglite, options]: Parameters<NodeFS['init']>): ReturnType<NodeFS['init']> {
    const { emscriptenOpts } = await super.init(pglite, options);
    const hook = ({ NODEFS }: { readonly NODEFS: object }) => {
      if (!hasStreamOperations(NODEFS))
        throw new Error('The file system of this PGlite cannot be made durable.');
      NODEFS.stream_ops.fsync = file => this.#fsync(file);
    };
    return { emscriptenOpts: { ...emscriptenOpts, preRun: [...(emscriptenOpts.preRun ?? []), hook] } };
  }

  /** To be called when the database is open, with the paths of what was written before by others. */
  started(written: readonly string[] = []): void {
    this.#hasStarted = true;
    for (const path of written) this.#syncBehind(path);
  }

  override async closeFs(): Promise<void> {
    clearTimeout(this.#timer);
    await this.#catchUp();
    await super.closeFs();
  }

  #fsync({ path, nfd }: OpenFile): void {
    if (this.#hasFailed) throw inputOutputError;
    if (nfd === undefined) return;
    const inside = posix.relative(PGlite.paths.PGDATA, path);
    if (!this.#hasStarted || /^pg_wal\/[0-9A-F]{24}$/.test(inside)) {
      this.#syncBehind(inside);
      return;
    }
    try {
      fsyncSync(nfd);
    } catch {
      // Windows knows no such thing as a folder on the disk; Postgres does not insist on it there either.
      if (!fstatSync(nfd).isDirectory()) throw inputOutputError;
    }
  }

  #syncBehind(path: string): void {
    this.#behind.add(path);
    this.#timer ??= setTimeout(() => {
      this.#timer = undefined;
      this.#catchUp().catch(() => {
        this.#hasFailed = true;
      });
    }, syncedWithin).unref();
  }

  async #catchUp(): Promise<void> {
    const paths = [...this.#behind].values();
    this.#behind.clear();
    // Two at a time, so that the disk has something to combine, and half of libuv's threads are left for others.
    const syncNext = async () => {
      for (const path of paths) await syncFile(join(this.rootDir, path));
    };
    await Promise.all([syncNext(), syncNext()]);
  }
}

/** Leaves out what has gone meanwhile, as a log segment does after a checkpoint, and folders. */
async function syncFile(path: string): Promise<void> {
  try {
    const file = await open(path, 'r+');
    await file.sync().finally(() => file.close());
  } catch (thrown) {
    if (!(thrown instanceof Error && 'code' in thrown && ['ENOENT', 'EISDIR'].includes(String(thrown.code))))
      throw thrown;
  }
}

function hasStreamOperations(system: object): system is { stream_ops: { fsync?: (file: OpenFile) => void } } {
  return 'stream_ops' in system && typeof system.stream_ops === 'object' && system.stream_ops !== null;
}
