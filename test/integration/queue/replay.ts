/** What the record says of one call, as far as the queue is concerned. */
export interface QueueRecord {
  readonly operation: string;
  readonly outcome: string;
  readonly session_id: string | null;
  readonly resource: { readonly id: string } | null;
  readonly facts: Readonly<Record<string, unknown>>;
}

/** What a test knows of a task that the record does not say. */
export interface Terms {
  readonly maxAttempts: number;
  readonly onDependencyFailure: 'cancel' | 'hold';
}

interface TaskModel extends Terms {
  state: 'pending' | 'claimed' | 'completed' | 'failed' | 'cancelled';
  attempts: number;
  claimer: string | null;
  held: boolean;
  readonly dependsOn: readonly string[];
  readonly waived: Set<string>;
}

/**
 * A queue as simple as it can be: maps and sets, one step at a time. It follows the audit log of the real one, which
 * orders whatever happened at the same moment, and throws at the first step that the rules do not allow.
 */
export class QueueModel {
  readonly tasks = new Map<string, TaskModel>();
  readonly #terms: (id: string) => Terms;
  readonly #mayHaveLapsed: (id: string, attempt: number) => boolean;

  /** @param mayHaveLapsed whether the test let the lease of that attempt be over. */
  constructor(terms: (id: string) => Terms, mayHaveLapsed: (id: string, attempt: number) => boolean) {
    this.#terms = terms;
    this.#mayHaveLapsed = mayHaveLapsed;
  }

  follow(record: QueueRecord): void {
    if (record.outcome !== 'done') return;
    const { facts, session_id } = record;
    const id = record.resource?.id ?? '';
    switch (record.operation) {
      case 'submit_work':
        if (facts.task_id !== undefined) this.#submit(text(facts.task_id), ids(facts.depends_on));
        break;
      case 'get_work':
        this.#claim(text(facts.task_id), text(session_id), Number(facts.attempt), facts.taken_from);
        break;
      case 'renew_work':
        this.#check(this.#task(id).claimer === session_id, 'renewed by its claimer alone', id);
        break;
      case 'complete_work':
        if (facts.status !== undefined) this.#complete(id, text(session_id), text(facts.status), facts);
        break;
      case 'cancel_work':
        this.#end(id, 'cancelled', facts);
        break;
      case 'release_work':
        this.#release(id, ids(facts.waived));
        break;
      case 'return_work':
        this.#lapse(id, text(session_id));
        break;
      case 'fail_work':
        this.#lapse(id, text(session_id), true);
        this.#end(id, 'failed', facts);
        break;
      case 'end_session':
        for (const ended of facts.ended as readonly Record<string, unknown>[]) this.#endSession(ended);
        break;
    }
  }

  #submit(id: string, dependsOn: readonly string[]): void {
    this.#check(!this.tasks.has(id), 'submitted once', id);
    const terms = this.#terms(id);
    const task: TaskModel = {
      ...terms,
      state: 'pending',
      attempts: 0,
      claimer: null,
      held: false,
      dependsOn,
      waived: new Set(),
    };
    for (const other of dependsOn) this.#check(this.tasks.has(other), 'depends on what is there', id);
    this.tasks.set(id, task);
    if (!this.#failedDependency(task)) return;
    if (terms.onDependencyFailure === 'hold') task.held = true;
    else task.state = 'cancelled';
  }

  #claim(id: string, session: string, attempt: number, takenFrom: unknown): void {
    const task = this.#task(id);
    if (task.state === 'claimed') {
      this.#check(task.claimer === takenFrom, 'taken from the one that had it', id);
      this.#check(this.#mayHaveLapsed(id, task.attempts), 'taken only after its lease was over', id);
      task.state = 'pending';
    }
    this.#check(task.state === 'pending', `claimed while it is ${task.state}`, id);
    this.#check(!task.held, 'claimed while it is held', id);
    this.#check(this.#openDependencies(task).length === 0, 'claimed before its dependencies', id);
    task.attempts += 1;
    this.#check(task.attempts === attempt && attempt <= task.maxAttempts, 'attempts counted one by one', id);
    task.state = 'claimed';
    task.claimer = session;
  }

  #complete(id: string, session: string, status: string, facts: Readonly<Record<string, unknown>>): void {
    const task = this.#task(id);
    this.#check(task.state === 'claimed' && task.claimer === session, 'completed by its claimer alone', id);
    if (status === 'failed') {
      this.#end(id, 'failed', facts);
      return;
    }
    task.state = 'completed';
    const ready = [...this.tasks].filter(
      ([, other]) =>
        other.dependsOn.includes(id) &&
        other.state === 'pending' &&
        this.#openDependencies(other).length === 0,
    );
    this.#checkSame(
      ready.map(([other]) => other),
      facts.ready,
      'ready',
      id,
    );
  }

  /** A task ends without completing, and takes with it what depends on it. */
  #end(id: string, state: 'failed' | 'cancelled', facts: Readonly<Record<string, unknown>>): void {
    const { cancelled, held } = this.#endAll([id], state);
    this.#checkSame(cancelled, facts.cancelled_dependants, 'cancelled with it', id);
    this.#checkSame(held, facts.held_dependants, 'held because of it', id);
  }

  #endAll(ended: readonly string[], state: 'failed' | 'cancelled') {
    for (const id of ended) {
      const task = this.#task(id);
      this.#check(
        task.state === 'pending' || task.state === 'claimed',
        `ended while it is ${task.state}`,
        id,
      );
      task.state = state;
    }
    const cancelled: string[] = [];
    const held: string[] = [];
    for (let changed = true; changed; ) {
      changed = false;
      for (const [id, task] of this.tasks) {
        if (task.state !== 'pending' || task.held || !this.#failedDependency(task)) continue;
        changed = true;
        if (task.onDependencyFailure === 'hold') {
          task.held = true;
          held.push(id);
        } else {
          task.state = 'cancelled';
          cancelled.push(id);
        }
      }
    }
    return { cancelled, held };
  }

  #lapse(id: string, session: string, isLast = false): void {
    const task = this.#task(id);
    this.#check(task.state === 'claimed' && task.claimer === session, 'lost by the one that had it', id);
    this.#check(this.#mayHaveLapsed(id, task.attempts), 'lost only after its lease was over', id);
    this.#check((task.attempts === task.maxAttempts) === isLast, 'failed at the last attempt alone', id);
    task.state = 'pending';
    task.claimer = null;
  }

  #endSession(ended: Readonly<Record<string, unknown>>): void {
    const [returned, failed] = [ids(ended.returned), ids(ended.failed)];
    for (const id of [...returned, ...failed]) {
      const task = this.#task(id);
      this.#check(task.claimer === ended.session_id, 'given back by the session that had it', id);
      this.#check(
        (task.attempts === task.maxAttempts) === failed.includes(id),
        'failed at the last attempt alone',
        id,
      );
      task.state = 'pending';
      task.claimer = null;
    }
    const consequences = this.#endAll(failed, 'failed');
    this.#checkSame(consequences.cancelled, ended.cancelled, 'cancelled with it', text(ended.session_id));
    this.#checkSame(consequences.held, ended.held, 'held because of it', text(ended.session_id));
  }

  /** Time counts at its second: a dependency whose last lease is over has failed, before the record says so. */
  #release(id: string, waived: readonly string[]): void {
    const task = this.#task(id);
    this.#check(task.held && task.state === 'pending', 'released while it is held', id);
    for (const other of task.dependsOn) {
      if (task.waived.has(other)) continue;
      const { state, attempts, maxAttempts } = this.#task(other);
      const hasFailed = state === 'failed' || state === 'cancelled';
      const mayHaveFailed =
        state === 'claimed' && attempts === maxAttempts && this.#mayHaveLapsed(other, attempts);
      if (hasFailed) this.#check(waived.includes(other), 'released from each that did not complete', id);
      if (!waived.includes(other)) continue;
      this.#check(hasFailed || mayHaveFailed, 'released only from what did not complete', id);
      task.waived.add(other);
    }
    task.held = false;
  }

  #openDependencies(task: TaskModel): readonly string[] {
    return task.dependsOn.filter(id => !task.waived.has(id) && this.#task(id).state !== 'completed');
  }

  #failedDependency(task: TaskModel): boolean {
    return this.#openDependencies(task).some(id => {
      const { state } = this.#task(id);
      return state === 'failed' || state === 'cancelled';
    });
  }

  #task(id: string): TaskModel {
    const task = this.tasks.get(id);
    if (!task) throw new Error(`the record speaks of the task ${id}, which was not submitted`);
    return task;
  }

  #checkSame(expected: readonly string[], recorded: unknown, what: string, id: string): void {
    const actual = ids(recorded);
    this.#check(
      JSON.stringify([...expected].sort()) === JSON.stringify([...actual].sort()),
      `${what}: ${expected.join(', ')} by the rules, ${actual.join(', ')} on the record`,
      id,
    );
  }

  #check(holds: boolean, rule: string, id: string): void {
    if (!holds) throw new Error(`${id}: ${rule}`);
  }
}

function ids(value: unknown): readonly string[] {
  return Array.isArray(value) ? value.map(text) : [];
}

function text(value: unknown): string {
  return typeof value === 'string' ? value : '';
}
