import { z } from 'zod';
import { sql } from '../../database/sql.ts';
import { operation } from '../../kernel/operation.ts';
import { matchOf, type Passage } from '../match.ts';
import { type Question, questionOf, readingsOf } from '../question.ts';
import { isNeighbour, type Neighbour, type Vocabulary } from '../vocabulary.ts';
import { stemOf, wordsOf } from '../words.ts';
import { Skill, type SkillRow, skillOf, skillRows, successRate } from './skill.ts';

/** Skills that are looked at: those saved or used last. A project has dozens, so they are read and weighed, without an index. */
const mostSkills = 500;
/** How much of its relevance a skill has by its match alone; its rate of success makes up the rest. */
const matchShare = 0.5;

/** The skills that fit a task and work. */
export const suggestSkills = operation({
  name: 'suggest_skills',
  title: 'Suggest skills',
  description:
    'Shows how others do in this project what you are about to do, with how often it worked: call it before a task that somebody will have done before. record_skill_use says afterwards what came of it.',
  access: 'read',
  readMatters: true,
  input: z.object({
    task_description: z.string().trim().min(1).max(4_000),
    limit: z.number().int().min(1).max(20).default(3),
    min_relevance: z.number().min(0).max(1).default(0),
  }),
  output: z.object({
    skills: z
      .array(
        Skill.extend({
          relevance: z.number().min(0).max(1).describe('How well it fits, times how well it works.'),
        }),
      )
      .describe('The most relevant first; none where nothing fits.'),
  }),
  resource: () => ({ type: 'Project', id: 'skills' }),
  async run({ tx, project }, { task_description, limit, min_relevance }) {
    const rows = await tx.query(sql<SkillRow>`
      select * from (${skillRows}) as skills where project_id = ${project.id}
      order by greatest(saved_at, last_used_at) desc, id desc limit ${mostSkills}`);
    const question = questionTo(rows, task_description);
    return {
      skills: rows
        .map(row => ({ ...skillOf(row), relevance: skillRelevance(matchOf(question, passagesOf(row)), row) }))
        .filter(({ relevance }) => relevance > 0 && relevance >= min_relevance)
        .sort((one, other) => other.relevance - one.relevance)
        .slice(0, limit),
    };
  },
});

/** The relevance of a skill, 0 to 1, to four digits: its match, times a half and half of its rate of success. */
export function skillRelevance(match: number, counts: Pick<SkillRow, 'successes' | 'failures'>): number {
  return Math.round(match * (matchShare + (1 - matchShare) * successRate(counts)) * 10_000) / 10_000;
}

function passagesOf({ name, description, prerequisites, steps }: SkillRow): Passage[] {
  return [
    { text: name, weight: 2 },
    { text: description, weight: 2 },
    ...prerequisites.map(text => ({ text, weight: 1 })),
    ...steps.map(text => ({ text, weight: 1 })),
  ];
}

/** The question in the words of these skills. */
function questionTo(rows: readonly SkillRow[], text: string): Question {
  const readings = readingsOf(text);
  const known = new Map<string, Neighbour>();
  const documents = new Map<string, number>();
  for (const row of rows) {
    const words = new Set(
      passagesOf(row)
        .flatMap(passage => wordsOf(passage.text))
        .map(word => word.text),
    );
    for (const stem of new Set([...words].map(stemOf))) documents.set(stem, (documents.get(stem) ?? 0) + 1);
    for (const word of words) known.set(word, { word, stem: stemOf(word), documents: 0 });
  }
  const vocabulary: Vocabulary = { memories: rows.length, documents };
  const neighbours = new Map(
    readings
      .filter(({ stem }) => !documents.has(stem))
      .map(({ word }) => [
        word.text,
        [...known.values()]
          .filter(other => isNeighbour(word.text, other.word))
          .map(other => ({ ...other, documents: documents.get(other.stem) ?? 0 })),
      ]),
  );
  return questionOf(readings, vocabulary, neighbours);
}
