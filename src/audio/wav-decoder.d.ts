declare module 'wav-decoder' {
  export interface DecodeOptions {
    /** Divide by 2^(bits - 1) on both sides of zero, so that integers survive a round trip. */
    readonly symmetric?: boolean;
  }
  export interface AudioData {
    readonly sampleRate: number;
    readonly numberOfChannels: number;
    readonly length: number;
    /** Full scale = 1. */
    readonly channelData: Float32Array[];
  }
  interface Decode {
    (buffer: ArrayBuffer, options?: DecodeOptions): Promise<AudioData>;
    sync(buffer: ArrayBuffer, options?: DecodeOptions): AudioData;
  }
  const wavDecoder: { readonly decode: Decode };
  export default wavDecoder;
}
