import { Command } from 'commander';
import { addAlerts } from './commands/alerts.ts';
import { addCommands } from './commands/commands.ts';
import { addCompletion } from './commands/completion.ts';
import { addDeadLetters } from './commands/dead-letters.ts';
import { addDoctor } from './commands/doctor.ts';
import { addKeys } from './commands/keys.ts';
import { addNotifications } from './commands/notifications.ts';
import { addRebuild } from './commands/rebuild.ts';
import { addResponses } from './commands/responses.ts';
import { addResponse } from './commands/response.ts';
import { addRoutes } from './commands/routes.ts';
import { addRules } from './commands/rules.ts';
import { addSession } from './commands/session.ts';
import { addSessions } from './commands/sessions.ts';
import { addSilences } from './commands/silences.ts';
import { addStatus } from './commands/status.ts';
import { addTail } from './commands/tail.ts';
import { addTopics } from './commands/topics.ts';
import { addVersion } from './commands/version.ts';
import type { CliContext } from './context.ts';
import { lineWidth, wantsColour } from './io.ts';
import { addExamples } from './options.ts';
import { visibleLines } from './render/visible.ts';
import { version } from './version.ts';

/** Commander would print the option, and with `--token=…` the token. */
const TOKEN_OPTION = /^error: unknown option '--token\b(?!-)/;
const TOKEN_ADVICE =
  'error: other users of this machine can see a command line: put the token into WHORAN_TOKEN, or into a file that --token-file names\n';

/** The whole command line: what help and completion are made from, too. */
export function createProgram(context: CliContext): Command {
  const { io } = context;
  const width = () => lineWidth(io) ?? 100;
  const program = new Command('whoran')
    .description('Tells which Kubernetes user ran every command in your containers.')
    .exitOverride()
    .configureHelp({ showGlobalOptions: true })
    .showHelpAfterError('(--help shows the options and examples)')
    .configureOutput({
      writeOut: (text) => void io.stdout.write(text),
      writeErr: (text) => void io.stderr.write(text),
      outputError: (text, write) => write(TOKEN_OPTION.test(text) ? TOKEN_ADVICE : visibleLines(text)),
      getOutHelpWidth: width,
      getErrHelpWidth: width,
      getOutHasColors: () => wantsColour(io),
      getErrHasColors: () => false,
    })
    .version(version(), '--version', 'show the version')
    .helpOption('-h, --help', 'show help')
    .helpCommand('help [command]', 'Show help for a command')
    .option('--server <url>', 'where the forensics service is; default WHORAN_URL, or http://127.0.0.1:8080')
    .option(
      '--token-file <file>',
      'file with the bearer token; default: the token in WHORAN_TOKEN, or of the router in WHORAN_ROUTER_TOKEN',
    )
    .option('--local', 'times in the local zone instead of UTC, in tables');
  for (const add of [
    addCommands,
    addSessions,
    addSession,
    addAlerts,
    addNotifications,
    addSilences,
    addResponses,
    addTail,
    addStatus,
    addDoctor,
    addDeadLetters,
    addResponse,
    addRoutes,
    addRules,
    addTopics,
    addRebuild,
    addKeys,
    addCompletion,
    addVersion,
  ]) {
    add(program, context);
  }
  addExamples(program, [
    ['whoran commands --user jane@example.com --since 24h', 'what jane ran since yesterday'],
    ['whoran session <id>', 'everything that happened in one session, as a tree'],
    ['whoran doctor', 'whether the set-up is complete'],
  ]);
  return program;
}
