import { type Talk, runCommand } from '@whoran/command';
import { openHouse } from './ground.ts';
import { type SoakOptions, readSoakOptions } from './options.ts';
import type { Growth } from './score/growth.ts';
import { soak } from './soak.ts';

async function showSoak(options: SoakOptions, { print, warn }: Talk): Promise<boolean> {
  const house = await openHouse();
  warn(`logs of the services: ${house.material.logs}`);
  try {
    const result = await soak(house, options, options.json ? warn : print);
    if (options.json) print(JSON.stringify(result, null, 2));
    else tell(result).forEach(print);
    return result.problems.length === 0;
  } finally {
    await house.close();
  }
}

function tell({ sent, lost, wrong, memory, held, handles, problems }: Awaited<ReturnType<typeof soak>>): readonly string[] {
  const grown = (name: string, growth?: Growth) =>
    `${name} about ${Math.round(growth?.median ?? 0)}, grown by ${growth?.growth.toFixed(1) ?? 0}`;
  const growths = Object.keys(memory).map((instance) =>
    [
      instance.padEnd(24),
      grown('memory (MiB)', memory[instance]),
      grown('of which held', held[instance]),
      grown('open files', handles[instance]),
    ].join('  '),
  );
  return [
    '',
    `${sent} events sent, ${lost} lost, ${wrong} wrong; lag at the end: ${problems.some((line) => line.startsWith('not settled')) ? 'not zero' : 'zero'}`,
    ...growths,
    ...problems,
  ];
}

await runCommand({ name: 'soak', read: readSoakOptions, run: showSoak });
