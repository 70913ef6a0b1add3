import { type Logger, millisOfNanos } from '@whoran/kernel';
import { AnswerBook } from './answer-book.ts';
import type { OpenGround } from './ground.ts';
import { startPipeline } from './pipeline.ts';
import type { Recording } from './recording.ts';
import { replay } from './replay.ts';
import type { Run } from './report.ts';
import { type Input, schedule } from './schedule.ts';
import { scoreAll } from './score.ts';
import type { Variant } from './variants.ts';

/** Runs a recording through freshly started services and scores the answers. `onRefusal` hears of inputs that were not taken. */
export async function runVariant(
  recording: Recording,
  variant: Variant,
  options: { readonly logger: Logger; readonly onRefusal: (refusal: string) => void; readonly openGround: OpenGround },
): Promise<Run> {
  const inputs = schedule(recording, variant.disturbance);
  const pipeline = await startPipeline(recording, { ...options, now: millisOfNanos(inputs[0]?.at ?? 0n) });
  const book = new AnswerBook();
  try {
    await book.open(pipeline.bus);
    const deliver = (input: Input) => {
      book.begin(input);
      return pipeline.deliver(input);
    };
    await replay(inputs, { ...pipeline, deliver });
    pipeline.refusals.forEach(options.onRefusal);
    return { variant, score: scoreAll(book.answers(recording)) };
  } finally {
    await pipeline.stop();
  }
}
