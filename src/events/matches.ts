import type { EventMessage } from './types.ts';

type Filters = ReadonlyMap<string, readonly string[]>;

/** True when the event passes every filter. Source: moby daemon/events/filter.go for what each key compares. */
export function matches(event: EventMessage, filters: Filters): boolean {
  return filters.entries().every(([key, values]) => {
    if (values.length === 0) return true;
    if (key === 'label') return values.every((label) => hasLabel(event, label));
    return values.some((value) => matchesOne(event, key, value));
  });
}

function matchesOne(event: EventMessage, key: string, value: string): boolean {
  switch (key) {
    case 'type':
      return event.Type === value;
    case 'event':
      return event.Action === value || event.Action.startsWith(`${value}:`);
    case 'scope':
      return event.scope === value;
    case 'image':
      return isImage(event, value);
    default:
      return event.Type === key && isActor(event, value);
  }
}

function isActor(event: EventMessage, value: string): boolean {
  const name = event.Actor.Attributes['name'];
  return event.Actor.ID === value || name === value || (value !== '' && event.Actor.ID.startsWith(value)) || name === value.replace(/^\//, '');
}

/** An image filter also catches the events of containers that run the image, with or without its tag. */
function isImage(event: EventMessage, value: string): boolean {
  const name = event.Type === 'image' ? event.Actor.Attributes['name'] : event.Actor.Attributes['image'];
  const candidates = new Set([name, name && untagged(name), event.Type === 'image' ? event.Actor.ID : undefined]);
  return candidates.has(value) || candidates.has(untagged(value));
}

function untagged(reference: string): string {
  return reference.replace(/:[^/:]+$/, '');
}

function hasLabel(event: EventMessage, label: string): boolean {
  const [key, value] = splitOnce(label);
  const found = event.Actor.Attributes[key];
  return value === undefined ? found !== undefined : found === value;
}

function splitOnce(text: string): [string, string?] {
  const at = text.indexOf('=');
  return at < 0 ? [text] : [text.slice(0, at), text.slice(at + 1)];
}
