/** Lints texts as if they were files of the repository: `[{file, text}]` on standard input, a list of broken rules for each on output. */
import { ESLint } from 'eslint';

// On CI the parser takes a file's text from the disk, once; here the text is another one than the file has.
process.env.TSESTREE_SINGLE_RUN = 'false';

const chunks = [];
for await (const chunk of process.stdin) chunks.push(chunk);
const eslint = new ESLint();
const answers = [];
for (const { file, text } of JSON.parse(Buffer.concat(chunks).toString())) {
  const [result] = await eslint.lintText(text, { filePath: file });
  answers.push(result.messages.map(({ ruleId, message }) => ({ rule: ruleId, message })));
}
process.stdout.write(JSON.stringify(answers));
