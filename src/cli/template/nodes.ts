/** A place in a template: byte offset from its start. */
export type Position = number;

/** What can stand as an operand: the leaves of an expression, and expressions in parentheses. */
export type Operand =
  | { readonly kind: 'dot'; readonly at: Position }
  | { readonly kind: 'nil'; readonly at: Position }
  | { readonly kind: 'constant'; readonly value: string | number | boolean; readonly text: string; readonly at: Position }
  /** `.A.B`: fields of the dot. */
  | { readonly kind: 'field'; readonly names: readonly string[]; readonly at: Position }
  /** `$x.A`: a variable and fields of it. */
  | { readonly kind: 'variable'; readonly name: string; readonly names: readonly string[]; readonly at: Position }
  | { readonly kind: 'function'; readonly name: string; readonly at: Position }
  | { readonly kind: 'group'; readonly pipeline: Pipeline; readonly at: Position }
  /** `(…).A`: fields of what an expression gives. */
  | { readonly kind: 'chain'; readonly of: Operand; readonly names: readonly string[]; readonly at: Position };

/** One call: its first operand with arguments behind it. */
export interface Command {
  readonly words: readonly Operand[];
  readonly at: Position;
}

/** `$a, $b := one | two`: commands whose results run from left to right, and the variables that take the last one. */
export interface Pipeline {
  readonly variables: readonly string[];
  readonly declares: boolean;
  readonly commands: readonly Command[];
  readonly at: Position;
}

/** What a template is made of. */
export type Node =
  | { readonly kind: 'text'; readonly text: string }
  | { readonly kind: 'action'; readonly pipeline: Pipeline }
  | { readonly kind: 'if' | 'with' | 'range'; readonly pipeline: Pipeline; readonly body: readonly Node[]; readonly otherwise: readonly Node[] }
  | { readonly kind: 'break' | 'continue' };
