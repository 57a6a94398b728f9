import { Session } from 'node:inspector/promises';

/**
 * What the maps and sets of this process hold under keys in which one of the texts occurs: all that are still reached from
 * somewhere, in whichever module they are.
 */
export async function rememberedUnder(texts: readonly string[]): Promise<string[]> {
  const inspector = new Session();
  inspector.connect();
  try {
    const found: string[] = [];
    for (const collection of ['Map', 'Set']) {
      const { result: prototype } = await inspector.post('Runtime.evaluate', {
        expression: `${collection}.prototype`,
      });
      const { objects } = await inspector.post('Runtime.queryObjects', {
        prototypeObjectId: prototype.objectId ?? '',
      });
      const { result, exceptionDetails } = await inspector.post('Runtime.callFunctionOn', {
        objectId: objects.objectId ?? '',
        functionDeclaration: keysWith.toString(),
        arguments: [{ value: texts }],
        returnByValue: true,
      });
      if (exceptionDetails) throw new Error(`The ${collection}s cannot be read: ${exceptionDetails.text}`);
      found.push(...(result.value as string[]));
    }
    return found;
  } finally {
    inspector.disconnect();
  }
}

/** Runs where the objects are, so it knows nothing but what it is given. */
function keysWith(
  this: readonly (Map<unknown, unknown> | Set<unknown>)[],
  texts: readonly string[],
): string[] {
  // Prototypes of classes that extend them are listed too, and hold nothing.
  return this.filter(collection => !Object.hasOwn(collection, 'constructor')).flatMap(collection =>
    [...collection.keys()].filter(
      (key): key is string => typeof key === 'string' && texts.some(text => key.includes(text)),
    ),
  );
}
