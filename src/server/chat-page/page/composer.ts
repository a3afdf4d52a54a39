import type { WhenBusy } from "../../../client/index.ts";
import { browser, byId } from "./dom.ts";

export interface ComposerOptions {
  readonly send: (message: string, whenBusy: WhenBusy | undefined) => Promise<void>;
  readonly stop: () => Promise<void>;
  readonly onProblem: (error: unknown) => void;
}

/** The place to write in. What could not be sent stays there. */
export function composer({ send, stop, onProblem }: ComposerOptions) {
  const input = byId("message");
  const sendButton = byId("send");
  const stopButton = byId("stop");
  const busyRow = byId("busy");
  const whenBusy = byId("when-busy");
  let isBusy = false;
  let isSending = false;

  const render = () => {
    sendButton.disabled = isSending || input.disabled || input.value.trim() === "";
    sendButton.textContent = isSending ? "Sending …" : "Send";
    busyRow.hidden = !isBusy;
    input.style.height = "auto";
    input.style.height = `${Math.min(input.scrollHeight, 240)}px`;
  };
  const submit = async () => {
    const message = input.value.trim();
    if (message === "" || isSending) return;
    isSending = true;
    render();
    try {
      await send(message, isBusy ? readWhenBusy(whenBusy.value) : undefined);
      if (input.value.trim() === message) input.value = "";
    } catch (error) {
      onProblem(error);
    } finally {
      isSending = false;
      render();
      input.focus();
    }
  };

  byId("composer").addEventListener("submit", (event) => {
    event.preventDefault();
    void submit();
  });
  input.addEventListener("input", render);
  input.addEventListener("keydown", (event) => {
    if (event.key !== "Enter" || event.shiftKey || event.isComposing) return;
    event.preventDefault();
    void submit();
  });
  stopButton.addEventListener("click", () => {
    stopButton.disabled = true;
    stop()
      .catch(onProblem)
      .finally(() => (stopButton.disabled = false));
  });
  render();
  return {
    setBusy: (value: boolean) => {
      isBusy = value;
      render();
    },
    setEnabled: (value: boolean) => {
      input.disabled = !value;
      render();
    },
    focus: () => {
      // On a phone the keyboard would cover the conversation.
      if (browser.document.activeElement !== input) input.focus();
    },
  };
}

function readWhenBusy(value: string): WhenBusy {
  return value === "steer" || value === "interrupt" ? value : "queue";
}
