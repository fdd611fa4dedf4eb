import { api, call, type Shape } from '@/api/client';
import { moment } from '@/shared/time';

export type House = Shape<'HouseShown'>;
export type PartName = Shape<'PartName'>;
/** The whole content of a part under its name. */
export type Part = Shape<'HousePart'>;
export type Hours = Shape<'Hours'>;
export type CalendarYear = Shape<'CalendarYear'>;
export type CalendarDay = Shape<'CalendarDay'>;
export type Notice = Shape<'Notice'>;
export type SiteText = Shape<'TextShown'>;

export const WEEKDAYS = ['星期一', '星期二', '星期三', '星期四', '星期五', '星期六', '星期日'];

export function readHouse(signal?: AbortSignal): Promise<House> {
  return call(api.GET('/api/v1/house', { signal }));
}

/** The number of the version of a part that was read. */
export function versionOf(house: House, part: PartName): number {
  return house.versions.find((one) => one.part === part)?.version ?? 0;
}

/** Who changed a part last, and when. */
export function changedWords(house: House, part: PartName): string {
  const found = house.versions.find((one) => one.part === part);
  return found?.changed_at ? `${found.changed_by} ${moment(found.changed_at)} 修改。` : '还没有人在这里改过，现在用的是安装时的设置。';
}

/** Keeps a part; to lay it over another's change the version in force now is taken as read. */
export async function keepPart(part: Part, version: number, over: boolean): Promise<void> {
  const read = over ? versionOf(await readHouse(), part.part) : version;
  await call(api.PUT('/api/v1/house', { body: { part, version: read } }));
}
