import { s3Kind, snsKind, sqsKind } from './aws/aws.output.ts';
import { fileKind } from './file/file.output.ts';
import { kafkaKind } from './kafka/kafka.output.ts';
import { otlpKind } from './otlp/otlp.output.ts';
import type { OutputKind } from './output.ts';
import { loadPresets } from './presets/load-presets.ts';
import { presetKind } from './presets/preset-kind.ts';
import { smtpKind } from './smtp/smtp.output.ts';
import { stdoutKind } from './stdout/stdout.output.ts';
import { syslogKind } from './syslog/syslog.output.ts';

/** Every kind of output. One more is a folder beside these and a line here, or a file of presets. */
export const outputKinds: readonly OutputKind[] = [
  stdoutKind,
  fileKind,
  kafkaKind,
  otlpKind,
  s3Kind,
  smtpKind,
  snsKind,
  sqsKind,
  syslogKind,
  ...loadPresets().map(presetKind),
];
