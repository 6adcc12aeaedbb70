import type { JSX } from "preact";

interface ChoiceProps<Value extends string> {
  readonly name: string;
  readonly value: Value;
  /** What each value is called. */
  readonly choices: Readonly<Record<Value, string>>;
  readonly onChoose: (value: Value) => void;
}

/** One of few, named by their words. */
export function Choice<Value extends string>({ name, value, choices, onChoose }: ChoiceProps<Value>): JSX.Element {
  const isChoice = (text: string): text is Value => text in choices;
  const words: Readonly<Record<string, string>> = choices;
  return (
    <label class="choice">
      <span>{name}</span>
      <select
        value={value}
        onChange={({ currentTarget }) => isChoice(currentTarget.value) && onChoose(currentTarget.value)}
      >
        {Object.keys(choices).map((each) => (
          <option key={each} value={each}>
            {words[each]}
          </option>
        ))}
      </select>
    </label>
  );
}
