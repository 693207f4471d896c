import { proto3, ScalarType } from '@bufbuild/protobuf';
import type { Message } from '@bufbuild/protobuf';

/**
 * The messages of Pipecat's `frames.proto` (https://github.com/pipecat-ai/pipecat/blob/main/src/pipecat/frames/frames.proto), which its
 * ProtobufFrameSerializer puts on a WebSocket. Interruptions are not in that of Pipecat 1.2 and before, which
 * drops them on the way.
 */
const head = [
  { no: 1, name: 'id', kind: 'scalar', T: ScalarType.UINT64 },
  { no: 2, name: 'name', kind: 'scalar', T: ScalarType.STRING },
] as const;

interface TextFrame extends Message<TextFrame> {
  id: bigint;
  name: string;
  text: string;
}
const textFrame = proto3.makeMessageType<TextFrame>('pipecat.TextFrame', [...head, { no: 3, name: 'text', kind: 'scalar', T: ScalarType.STRING }]);

interface AudioRawFrame extends Message<AudioRawFrame> {
  id: bigint;
  name: string;
  audio: Uint8Array;
  sampleRate: number;
  numChannels: number;
  pts?: bigint;
}
const audioRawFrame = proto3.makeMessageType<AudioRawFrame>('pipecat.AudioRawFrame', [
  ...head,
  { no: 3, name: 'audio', kind: 'scalar', T: ScalarType.BYTES },
  { no: 4, name: 'sample_rate', kind: 'scalar', T: ScalarType.UINT32 },
  { no: 5, name: 'num_channels', kind: 'scalar', T: ScalarType.UINT32 },
  { no: 6, name: 'pts', kind: 'scalar', T: ScalarType.UINT64, opt: true },
]);

interface TranscriptionFrame extends Message<TranscriptionFrame> {
  id: bigint;
  name: string;
  text: string;
  userId: string;
  timestamp: string;
}
const transcriptionFrame = proto3.makeMessageType<TranscriptionFrame>('pipecat.TranscriptionFrame', [
  ...head,
  { no: 3, name: 'text', kind: 'scalar', T: ScalarType.STRING },
  { no: 4, name: 'user_id', kind: 'scalar', T: ScalarType.STRING },
  { no: 5, name: 'timestamp', kind: 'scalar', T: ScalarType.STRING },
]);

interface MessageFrame extends Message<MessageFrame> {
  data: string;
}
const messageFrame = proto3.makeMessageType<MessageFrame>('pipecat.MessageFrame', [{ no: 1, name: 'data', kind: 'scalar', T: ScalarType.STRING }]);

interface InterruptionFrame extends Message<InterruptionFrame> {
  id: bigint;
  name: string;
}
const interruptionFrame = proto3.makeMessageType<InterruptionFrame>('pipecat.InterruptionFrame', head);

interface Frame extends Message<Frame> {
  frame:
    | { case: 'text'; value: TextFrame }
    | { case: 'audio'; value: AudioRawFrame }
    | { case: 'transcription'; value: TranscriptionFrame }
    | { case: 'message'; value: MessageFrame }
    | { case: 'interruption'; value: InterruptionFrame }
    | { case: undefined; value?: undefined };
}
export const pipecatFrame = proto3.makeMessageType<Frame>('pipecat.Frame', [
  { no: 1, name: 'text', kind: 'message', T: textFrame, oneof: 'frame' },
  { no: 2, name: 'audio', kind: 'message', T: audioRawFrame, oneof: 'frame' },
  { no: 3, name: 'transcription', kind: 'message', T: transcriptionFrame, oneof: 'frame' },
  { no: 4, name: 'message', kind: 'message', T: messageFrame, oneof: 'frame' },
  { no: 5, name: 'interruption', kind: 'message', T: interruptionFrame, oneof: 'frame' },
]);
