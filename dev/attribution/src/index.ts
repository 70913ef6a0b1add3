export { RECORDED_CLUSTER, type Recording } from './recording.ts';
export { RecordingUnusable, readRecording } from './read-recording.ts';
export { type Disturbance, type Input, UNDISTURBED, schedule } from './schedule.ts';
export { type Replayed, passTime, replay, settle } from './replay.ts';
export { type Pipeline, startPipeline } from './pipeline.ts';
