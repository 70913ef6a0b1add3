import { promisify } from 'node:util';
import { constants, zstdCompress, zstdDecompress } from 'node:zlib';
import { ConfigInvalid } from '@whoran/kernel';
import kafkajs, { CompressionTypes } from 'kafkajs';

/** How messages are compressed on their way and in the log. */
export type Compression = 'none' | 'gzip' | 'snappy' | 'lz4' | 'zstd';

/** What a codec of kafkajs does. */
interface Codec {
  compress(encoder: { readonly buffer: Buffer }): Promise<Buffer>;
  decompress(buffer: Buffer): Promise<Buffer>;
}

// Node.js does not find this one among the names of a CommonJS module.
const { CompressionCodecs } = kafkajs;
const LEVEL = 3;
const [compress, decompress] = [promisify(zstdCompress), promisify(zstdDecompress)];
const zstd: Codec = {
  compress: ({ buffer }) => compress(buffer, { params: { [constants.ZSTD_c_compressionLevel]: LEVEL } }),
  decompress: (buffer) => decompress(buffer),
};

/** Packages with the codecs that neither kafkajs nor Node.js has. */
const PACKAGES = { snappy: 'kafkajs-snappy', lz4: 'kafkajs-lz4' } as const;

/**
 * The number of a compression in Kafka's protocol, once its codec is there. Throws ConfigInvalid, with the package to install,
 * for one that is not.
 */
export async function loadCompression(compression: Compression): Promise<CompressionTypes> {
  // Always, since consumers read what others wrote.
  CompressionCodecs[CompressionTypes.ZSTD] = () => zstd;
  switch (compression) {
    case 'none':
      return CompressionTypes.None;
    case 'gzip':
      return CompressionTypes.GZIP;
    case 'zstd':
      return CompressionTypes.ZSTD;
    case 'snappy':
      CompressionCodecs[CompressionTypes.Snappy] = await loadCodec('snappy');
      return CompressionTypes.Snappy;
    case 'lz4':
      CompressionCodecs[CompressionTypes.LZ4] = await loadCodec('lz4');
      return CompressionTypes.LZ4;
  }
}

async function loadCodec(name: keyof typeof PACKAGES): Promise<() => Codec> {
  try {
    const module = (await import(PACKAGES[name])) as { default: (() => Codec) | (new () => { codec: () => Codec }) };
    // kafkajs-snappy exports the codec's maker, kafkajs-lz4 a class that has it.
    return name === 'snappy' ? (module.default as () => Codec) : new (module.default as new () => { codec: () => Codec })().codec;
  } catch (error) {
    throw new ConfigInvalid(
      `WHORAN_KAFKA_COMPRESSION: ${name} needs the package ${PACKAGES[name]}, which is not installed; none, gzip and zstd need nothing`,
      { cause: error },
    );
  }
}
