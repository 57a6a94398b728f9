import path from 'node:path';
import { createDemoRepository, type DemoRepository } from '../../../src/demo/repository.ts';
import { plainEnvironment, repository } from './machine.ts';

export type ScratchRepository = DemoRepository;

/** The repository of the demo, for a test to work in. `parent` must not hold a `shop` folder yet. */
export function createScratchRepository(parent: string): Promise<ScratchRepository> {
  return createDemoRepository(parent, path.join(repository, 'media/demo'), plainEnvironment);
}
