import type { Place } from './places.ts';

/** The branch side of a push: `undefined` where it is not said, or cannot be known. */
export interface PushedBranch {
  readonly name: string | undefined;
  readonly force: boolean;
  readonly deletes: boolean;
}

/** What a command does to the world. Rules judge these, never the text that led to them. */
export type Deed =
  // Files
  | {
      readonly kind: 'delete';
      readonly path: Place;
      readonly recursive: boolean;
      /** How it is lost: removed, overwritten so that nothing can bring it back, or emptied. */
      readonly manner: 'remove' | 'shred' | 'truncate';
    }
  | { readonly kind: 'write'; readonly path: Place; readonly manner: 'replace' | 'append' | 'edit' | 'move' }
  | { readonly kind: 'read'; readonly path: Place }
  | { readonly kind: 'wipe-device'; readonly device: string }
  // Git
  | {
      readonly kind: 'discard';
      readonly what: 'changes' | 'commits' | 'untracked' | 'ignored' | 'stash' | 'reflog' | 'worktree';
      /** The directory git works in; undefined where it cannot be known. */
      readonly directory: string | undefined;
      /** Only these paths; absent means the whole work tree. */
      readonly paths?: readonly Place[];
      /** The commit that is reset to. */
      readonly target?: string;
    }
  /** Changes are put aside, or what was put aside comes back over what is there. */
  | {
      readonly kind: 'stash';
      readonly act: 'push' | 'pop';
      readonly directory: string | undefined;
      /** Only these paths; absent means everything that has changed. */
      readonly paths?: readonly Place[];
      /** Files that git does not know as well. */
      readonly untracked: boolean;
      /** Which one comes back; absent means the last. */
      readonly stash?: string;
    }
  | {
      readonly kind: 'push';
      readonly directory: string | undefined;
      readonly remote: string | undefined;
      /** Empty: whatever the configuration says, normally the current branch. */
      readonly branches: readonly PushedBranch[];
      readonly force: 'no' | 'lease' | 'yes';
      /** All branches, whatever their names. */
      readonly everything: boolean;
      /** Branches of the remote that are not here are deleted there. */
      readonly prunes: boolean;
    }
  | {
      readonly kind: 'delete-branch';
      readonly directory: string | undefined;
      readonly branch: string;
      readonly forced: boolean;
    }
  | {
      readonly kind: 'rewrite-history';
      readonly directory: string | undefined;
      /** Recent commits of the current branch, where one branch points, or the whole repository. */
      readonly scope: 'commits' | 'branch' | 'repository';
      /** The branch that is moved, where it is said. */
      readonly branch?: string;
      readonly how: string;
    }
  // Databases
  | {
      readonly kind: 'data';
      /** `rows` of one table, a whole `object` (table, index, collection, key), or a whole `store`. */
      readonly loses: 'rows' | 'object' | 'store';
      /** In plain words: what happens, and to which thing. */
      readonly how: string;
    }
  | { readonly kind: 'migrate'; readonly direction: 'up' | 'down' | 'reset'; readonly how: string }
  // Infrastructure and publication
  | {
      readonly kind: 'infrastructure';
      readonly act: 'destroy' | 'change' | 'deploy' | 'publish' | 'access';
      readonly how: string;
      /** A cluster or emulator on this very machine. */
      readonly local: boolean;
    }
  // Secrets and the network
  | { readonly kind: 'reveal-secret'; readonly what: string }
  /** A credential in what is written: its kind, never itself. */
  | { readonly kind: 'write-secret'; readonly what: string; readonly into: string }
  | {
      readonly kind: 'send';
      readonly host: string;
      /** What leaves: files by name, a stream, or text on the command line. */
      readonly what: string;
      readonly files: readonly Place[];
      readonly secret: boolean;
    }
  | {
      readonly kind: 'contact';
      /** Holds the unknown piece of text where it is only known when the command runs. */
      readonly host: string;
      readonly purpose: 'download' | 'upload' | 'clone' | 'install' | 'login';
    }
  // The machine
  | {
      readonly kind: 'permission';
      readonly path: Place;
      readonly recursive: boolean;
      readonly how: string;
      readonly open: boolean;
    }
  | {
      readonly kind: 'system';
      readonly act:
        | 'power'
        | 'service'
        | 'process'
        | 'user'
        | 'firewall'
        | 'kernel'
        | 'schedule'
        | 'package'
        | 'setting'
        | 'trace'
        | 'privilege';
      readonly how: string;
    }
  // Interlock itself
  | { readonly kind: 'protection'; readonly how: string }
  /** Other hooks of git run from now on: those in a folder of the repository, or none. */
  | {
      readonly kind: 'git-hooks';
      readonly directory: string | undefined;
      readonly into?: Place;
      readonly how: string;
    }
  // Code from elsewhere
  | { readonly kind: 'run-fetched'; readonly host: string }
  // What cannot be looked into
  | { readonly kind: 'opaque'; readonly reason: string }
  | { readonly kind: 'fork-bomb' };

export type Effect = Deed & {
  /** The command that has the effect, as written (at most 200 characters, unredacted). */
  readonly by: string;
  /** True where it happens on another machine or in a container. */
  readonly elsewhere: boolean;
  /** True where an unknown program stands in front of the command, which may or may not start it. */
  readonly guessed: boolean;
};

export type EffectKind = Deed['kind'];
export type EffectOf<K extends EffectKind> = Extract<Effect, { kind: K }>;
