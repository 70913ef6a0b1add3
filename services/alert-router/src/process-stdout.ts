import { LineWriter } from '@whoran/outputs';

/** The standard output of this process. A reader that went away is an error of the write, not the end of the process. */
export class ProcessStdout extends LineWriter {
  private listening = false;

  override write(line: string): Promise<void> {
    // Without a listener a closed pipe would end the process; the error comes through the callback as well.
    if (!this.listening) process.stdout.on('error', () => {});
    this.listening = true;
    return new Promise((resolve, reject) => {
      process.stdout.write(`${line}\n`, (error) => (error ? reject(error) : resolve()));
    });
  }
}
