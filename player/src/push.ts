// Web Push: a button that lets this browser be told what happens, or no
// longer. Nothing is asked before it is pressed.

import { get, post, put } from "./api.ts";
import { toast } from "./toast.ts";
import { t } from "./words.ts";

export async function offerPush(section: HTMLElement): Promise<void> {
  const button = section.querySelector("button");
  if (!button || !("serviceWorker" in navigator) || !("PushManager" in window) || !isSecureContext) return;
  const worker = await navigator.serviceWorker.ready;
  let subscribed = await worker.pushManager.getSubscription();
  const show = (): void => {
    button.setAttribute("aria-pressed", String(subscribed !== null));
    button.classList.toggle("quiet", subscribed !== null);
  };
  show();
  section.hidden = false;
  button.addEventListener("click", async () => {
    button.disabled = true;
    try {
      if (subscribed) {
        await post("/me/push/remove", { endpoint: subscribed.endpoint });
        await subscribed.unsubscribe();
        subscribed = null;
      } else if ((await Notification.requestPermission()) === "granted") {
        const { key } = await get<{ key: string }>("/me/push");
        const made = await worker.pushManager.subscribe({ userVisibleOnly: true, applicationServerKey: key });
        await put("/me/push", { ...made.toJSON(), origin: location.origin });
        subscribed = made;
      } else toast(t("push.denied"));
    } catch {
      toast(t("player.failed"));
    }
    button.disabled = false;
    show();
  });
}

// leavePush lets go of a subscription where nobody is signed in any more; the
// server hears of it from the push service.
export async function leavePush(): Promise<void> {
  if (!("serviceWorker" in navigator)) return;
  const worker = await navigator.serviceWorker.getRegistration();
  await (await worker?.pushManager?.getSubscription())?.unsubscribe();
}
