-- What agents found out, for those who come after them.
create table memories (
  id uuid primary key,
  project_id uuid not null references projects (id),
  -- Null where a person or the coordinator wrote it.
  session_id uuid references sessions (id),
  author text not null check (author <> ''),
  delegated_from text,
  written_at timestamptz not null default now(),
  event_type text not null check (event_type in ('error', 'success', 'decision', 'discovery', 'optimization')),
  summary text not null check (summary <> ''),
  -- One for each telling that said something new.
  details text[] not null,
  outcome text check (outcome in ('positive', 'negative', 'neutral')),
  lessons text[] not null,
  tags text[] not null,
  -- How often the same was told again within the hour, and merged into it.
  merges int not null default 0 check (merges >= 0),
  -- Of author, type and summary, while the same merges into this memory; null from then on.
  merge_key bytea,
  -- Every word of it once, as it is counted in memory_words.
  words text[] not null,
  -- Those words by their stems, each as a number that differs from project to project: what recall looks memories up by.
  terms int[] not null,
  unique (project_id, merge_key)
);

create index memories_by_time on memories (project_id, written_at desc, id desc);
-- Without a list of pending entries, which every search would have to walk through.
create index memories_by_term on memories using gin (terms) with (fastupdate = off);

-- The words of each project's memories. The empty word is in every memory, so its count is theirs.
create table memory_words (
  project_id uuid not null references projects (id),
  -- By bytes, so that the words with a common beginning stand together.
  word text collate "C" not null,
  stem text collate "C" not null,
  -- In how many memories it is.
  documents int not null check (documents > 0),
  -- The word, and the word without one of its characters, as numbers: words with one in common differ by a slip.
  near int[] not null,
  primary key (project_id, word)
) with (fillfactor = 80);

create index memory_words_by_stem on memory_words (project_id, stem);
create index memory_words_by_slip on memory_words using gin (near) with (fastupdate = off);

-- Who found a memory true and of use, or not: one word for each session, or person.
create table memory_votes (
  project_id uuid not null references projects (id),
  memory_id uuid not null references memories (id) on delete cascade,
  voter text not null check (voter <> ''),
  useful boolean not null,
  voted_at timestamptz not null default now(),
  primary key (memory_id, voter)
);

-- How often recall has answered a memory. Written in batches, so that reading waits for nobody.
create table memory_recalls (
  project_id uuid not null references projects (id),
  memory_id uuid primary key references memories (id) on delete cascade,
  recalls int not null check (recalls > 0),
  last_recalled_at timestamptz not null
);
