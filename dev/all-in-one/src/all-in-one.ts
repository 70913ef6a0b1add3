import { readRecording } from '@whoran/attribution';
import { InProcessBus, silentObserver } from '@whoran/bus';
import { ConfigInvalid, type Logger } from '@whoran/kernel';
import { type Environment, JsonLogger, SystemClock } from '@whoran/service-kit';
import { BothBuses } from './both-buses.ts';
import { writeConnectFiles } from './connect-files.ts';
import { showRecording } from './demonstration.ts';
import { type Development, prepareDevelopment } from './development.ts';
import { tellDemonstration, tellNext } from './guide.ts';
import { busyPorts } from './ports.ts';
import { type Settings, readSettings, wantedPorts } from './settings.ts';
import { type RunningServices, startServices } from './start-services.ts';

/** What a start of everything needs from outside. */
export interface Start {
  readonly env: Environment;
  /** The folder of the recording to show, or nothing. */
  readonly replay: string | undefined;
  readonly print: (line: string) => void;
}

/** Everything, running. */
export interface AllInOne {
  /** Shows the recording, if there is one, and says what to do next. */
  introduce(): Promise<void>;
  stop(): Promise<boolean>;
}

/** Starts everything. Throws ConfigInvalid for settings and ports, RecordingUnusable for the recording. */
export async function startAllInOne({ env, replay, print }: Start): Promise<AllInOne> {
  const recording = replay === undefined ? undefined : await readRecording(replay, { scored: false });
  // Read twice: what somebody set must be right before anything is made, and what is made is set by then.
  const development = await prepareDevelopment(readSettings(env), env);
  const settings = readSettings(development.environment);
  const busy = await busyPorts(wantedPorts(settings));
  if (busy.length > 0) throw new ConfigInvalid(busy.join('\n'));

  print(`Starting six services; keys, certificates and the database are in ${development.folder}`);
  print('');
  const logger = JsonLogger.open(settings.forensics.logLevel, {});
  const { services, demonstration } = await startOnBuses(settings, logger);
  return {
    stop: () => services.stop(),
    async introduce() {
      if (recording) {
        const began = performance.now();
        const shown = await showRecording(recording, { bus: demonstration, logger });
        tellDemonstration(recording, shown, (performance.now() - began) / 1000).forEach(print);
        print('');
      }
      tellNext(services, development, connect(services, development, settings.own.publicHost)).forEach(print);
    },
  };
}

/** Forensics alone hears the demonstration's bus too. */
async function startOnBuses(settings: Settings, logger: Logger): Promise<{ services: RunningServices; demonstration: InProcessBus }> {
  const clock = new SystemClock();
  const bus = new InProcessBus(clock, {
    observer: {
      ...silentObserver,
      retried: (group, topic, error) => logger.warn('bus.retried', { group, topic, error: String(error) }),
      deadLettered: (group, topic, id, reason) => logger.error('bus.dead-lettered', { group, topic, id, reason }),
    },
  });
  const demonstration = new InProcessBus(clock);
  const services = await startServices(settings, { bus, clock, logger, forensicsBus: new BothBuses(bus, demonstration) });
  return { services, demonstration };
}

function connect(services: RunningServices, development: Development, publicHost: string) {
  const reached = (url: string) => {
    const { protocol, port } = new URL(url);
    return `${protocol}//${publicHost.includes(':') ? `[${publicHost}]` : publicHost}:${port}`;
  };
  return writeConnectFiles(development, {
    webhook: reached(services.webhook.url),
    audit: reached(services.audit.url),
    falco: reached(services.falco.url),
  });
}
