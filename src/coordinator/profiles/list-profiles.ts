import { z } from 'zod';
import { operation } from '../kernel/operation.ts';
import { ShownAssignment, ShownProfile, shownAssignment, shownProfile } from './shown.ts';
import { readAssignments, readProfiles } from './store.ts';

/** Every profile of the project, by name, and who was given which. */
export const listProfiles = operation({
  name: 'list_profiles',
  title: 'List the profiles',
  description:
    'Shows what each kind of agent may do in this project, and which agents were given which profile.',
  access: 'read',
  callers: ['agent', 'operator', 'local', 'system'],
  tool: false,
  input: z.object({}),
  output: z.object({ profiles: z.array(ShownProfile), assignments: z.array(ShownAssignment) }),
  resource: () => ({ type: 'Policy', id: 'profiles' }),
  async run({ tx, project }) {
    const profiles = await readProfiles(tx, project.id);
    const assignments = await readAssignments(tx, project.id);
    return { profiles: profiles.map(shownProfile), assignments: assignments.map(shownAssignment) };
  },
});
