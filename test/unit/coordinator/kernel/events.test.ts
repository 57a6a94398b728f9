import { describe, expect, test } from 'vitest';
import {
  type CoordinatorEvent,
  createEventBus,
  decodeEvent,
  encodeEvent,
} from '../../../../src/coordinator/kernel/events.ts';

const event: CoordinatorEvent = { project: 'p', topic: 'lock.acquired', subject: 'src/a.ts' };

function openBus() {
  const heard: CoordinatorEvent[] = [];
  const errors: unknown[] = [];
  const bus = createEventBus(error => errors.push(error));
  bus.subscribe(told => heard.push(told));
  return { bus, heard, errors };
}

/** As the database tells it, on this machine or another. */
function toldOf(stamped: CoordinatorEvent): CoordinatorEvent {
  const told = decodeEvent(encodeEvent(stamped));
  if (!told) throw new Error('an event of ours was not understood');
  return told;
}

describe('an event', () => {
  test('of this process is heard once, whether the act or the database tells it first', () => {
    const { bus, heard } = openBus();
    const first = bus.stamp(event);
    bus.publish(first);
    bus.hear(toldOf(first));
    const second = bus.stamp(event);
    bus.hear(toldOf(second));
    bus.publish(second);
    expect(heard).toEqual([first, second]);
  });

  test('of another process is heard each time the database tells one', () => {
    const { bus, heard } = openBus();
    const elsewhere = openBus().bus;
    bus.hear(toldOf(elsewhere.stamp(event)));
    bus.hear(toldOf(elsewhere.stamp(event)));
    bus.hear(toldOf(event));
    bus.hear(toldOf(event));
    expect(heard).toHaveLength(4);
  });

  test('reaches the others where one listener fails, and those who left no more', () => {
    const { bus, heard, errors } = openBus();
    bus.subscribe(() => {
      throw new Error('broken');
    });
    const late: CoordinatorEvent[] = [];
    const leave = bus.subscribe(told => late.push(told));
    bus.publish(event);
    leave();
    bus.publish(event);
    expect([heard.length, late.length, errors.length]).toEqual([2, 1, 2]);
  });
});
