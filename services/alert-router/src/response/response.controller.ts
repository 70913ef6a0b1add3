import { randomUUID } from 'node:crypto';
import {
  BadRequestException,
  ConflictException,
  Controller,
  ForbiddenException,
  Get,
  HttpCode,
  NotFoundException,
  Param,
  Post,
  Res,
  UseGuards,
} from '@nestjs/common';
import type { Response } from '@whoran/contracts';
import { type Result, printIssue } from '@whoran/kernel';
import { type NewResponse, readNewResponse } from '@whoran/response';
import Type from 'typebox';
import { type ApiCaller } from '../api/api-access.ts';
import { ApiGuard, Caller } from '../api/api.guard.ts';
import { Sent, type SentBody, readBody } from '../api/read-body.ts';
import type { Refusal, Responder, Speaker } from './responder.ts';
import { Responses } from './responses.ts';

interface Reply {
  status(code: number): unknown;
}

const MAX_LISTED = 1000;
const Said = Type.Object({ by: Type.Optional(Type.String({ maxLength: 200 })) }, { additionalProperties: false });
const Anything = Type.Unknown();

/** `/api/v1/responses`: what is done about users, for the command line and other programs. Off without a response file. */
@Controller('api/v1/responses')
@UseGuards(ApiGuard)
export class ResponseController {
  constructor(private readonly responses: Responses) {}

  @Get()
  async list(): Promise<{ readonly items: readonly Response[] }> {
    return { items: (await this.responder().list()).slice(0, MAX_LISTED) };
  }

  @Get(':id')
  async find(@Param('id') id: string): Promise<Response> {
    const response = await this.responder().find(id);
    if (!response) throw new NotFoundException('there is no such response: it may be over for more than a week');
    return response;
  }

  @Post()
  async submit(@Sent() sent: SentBody, @Caller() caller: ApiCaller, @Res({ passthrough: true }) reply: Reply): Promise<Response> {
    const { response, isNew } = taken(await this.responder().submit(askedIn(sent, caller)));
    reply.status(isNew ? 201 : 200);
    return response;
  }

  @Post('preview')
  @HttpCode(200)
  async preview(@Sent() sent: SentBody, @Caller() caller: ApiCaller): Promise<Response> {
    return taken(await this.responder().preview(askedIn(sent, caller)));
  }

  @Post(':id/:change')
  @HttpCode(200)
  async change(
    @Param('id') id: string,
    @Param('change') change: string,
    @Sent() sent: SentBody,
    @Caller() caller: ApiCaller,
  ): Promise<Response> {
    const responder = this.responder();
    const { by } = readBody<{ readonly by?: string }>(Said, sent);
    const speaker = speakerOf(caller, by);
    switch (change) {
      case 'approve':
        return taken(await responder.approve(id, speaker));
      case 'reject':
        return taken(await responder.reject(id, speaker));
      case 'undo':
        return taken(await responder.undo(id, speaker));
      default:
        throw new NotFoundException('a response can be approved, rejected and undone: /approve, /reject, /undo');
    }
  }

  private responder(): Responder {
    const { responder } = this.responses;
    if (!responder) throw new ForbiddenException('responses are off: start the alert router with WHORAN_ROUTER_RESPONSE_FILE');
    return responder;
  }
}

function askedIn(sent: SentBody, { name }: ApiCaller): NewResponse {
  const read = readNewResponse(readBody(Anything, sent), { id: randomUUID(), author: name });
  if (!read.ok) throw new BadRequestException(read.error.map(printIssue).join('; '));
  return read.value;
}

function speakerOf({ name }: ApiCaller, said: string | undefined): Speaker {
  const speaker = name ?? said ?? '';
  if (speaker === '') throw new BadRequestException('/by: says who does it: it must be there, as the token has no name');
  return { name: speaker, isKnown: name !== undefined };
}

function taken<T>(result: Result<T, Refusal>): T {
  if (result.ok) return result.value;
  const { kind, issues } = result.error;
  const message = issues.map(printIssue).join('; ');
  switch (kind) {
    case 'invalid':
      throw new BadRequestException(message);
    case 'unknown':
      throw new NotFoundException(message);
    case 'conflict':
      throw new ConflictException(message);
  }
}
