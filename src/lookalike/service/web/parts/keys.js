/** Keys for what is done a hundred times: none where one writes, none over a dialog, none with a command key. */

const TYPING = "input:not([type=radio]), textarea, select, [contenteditable]";

/** What a press of Enter is for already. */
export const PRESSED = "a, button, summary, input, select, textarea";

/**
 * @param {{signal: AbortSignal, meaning: (event: KeyboardEvent, on: Element, command: boolean) => [string, any?] | null, act: (name: string, value?: any) => void}} own
 *   `meaning` says what a key asks for, and with what; null for any other. What is held goes on only with "step".
 */
export function listenToKeys({ signal, meaning, act }) {
  addEventListener("keydown", (event) => {
    const on = event.target instanceof Element ? event.target : document.body;
    if (event.defaultPrevented || on.closest(TYPING) || document.querySelector("dialog[open]")) return;
    const command = event.ctrlKey || event.metaKey;
    if (event.altKey || (command && event.key.toLowerCase() !== "z")) return;
    const does = meaning(event, on, command);
    if (!does) return;
    event.preventDefault();
    if (!event.repeat || does[0] === "step") act(...does);
  }, { signal });
}
