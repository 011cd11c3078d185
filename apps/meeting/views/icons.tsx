import type { ComponentChildren } from "preact";

function Icon({ children }: { readonly children: ComponentChildren }) {
  return (
    <svg class="icon" viewBox="0 0 24 24" aria-hidden="true" focusable="false">
      {children}
    </svg>
  );
}

const SLASH = <path d="M4 4l16 16" />;

export const MicIcon = () => (
  <Icon>
    <rect x="9" y="3" width="6" height="11" rx="3" />
    <path d="M5.5 11.5a6.5 6.5 0 0 0 13 0M12 18v3" />
  </Icon>
);

export const MicOffIcon = () => (
  <Icon>
    <path d="M9 9v2a3 3 0 0 0 4.6 2.5M15 10V6a3 3 0 0 0-5.8-1" />
    <path d="M5.5 11.5a6.5 6.5 0 0 0 10.3 5.3M18.5 11.5a6.4 6.4 0 0 1-.6 2.7M12 18v3" />
    {SLASH}
  </Icon>
);

export const CameraIcon = () => (
  <Icon>
    <rect x="3" y="6.5" width="12" height="11" rx="2.5" />
    <path d="M15 11l5.2-3.2a.5.5 0 0 1 .8.4v7.6a.5.5 0 0 1-.8.4L15 13z" />
  </Icon>
);

export const CameraOffIcon = () => (
  <Icon>
    <path d="M9.5 6.500H12.500a2.5 2.5 0 0 1 2.5 2.500V12l5.2 4.200a.5.5 0 0 0 .8-.4V8.200a.5.5 0 0 0-.8-.4L17.5 9.5" />
    <path d="M14.5 16.500a2.5 2.5 0 0 1-2 1H5.500A2.5 2.5 0 0 1 3 15V9a2.5 2.5 0 0 1 2-2.4" />
    {SLASH}
  </Icon>
);

export const ShareIcon = () => (
  <Icon>
    <rect x="3" y="4.5" width="18" height="12.5" rx="2.5" />
    <path d="M12 13.800V8.200M9.3 10.5 12 7.800l2.7 2.700M8.5 20.500h7" />
  </Icon>
);

export const PeopleIcon = () => (
  <Icon>
    <circle cx="9" cy="8.5" r="3.5" />
    <path d="M3 19.500c0-3 2.7-5 6-5s6 2 6 5M15.5 5.300a3.5 3.5 0 0 1 0 6.400M17.5 14.900c2.1.7 3.5 2.4 3.5 4.6" />
  </Icon>
);

export const LinkIcon = () => (
  <Icon>
    <path d="M10 14a4 4 0 0 0 5.7 0l3.1-3.100a4 4 0 0 0-5.7-5.700L11.6 6.7" />
    <path d="M14 10a4 4 0 0 0-5.7 0l-3.1 3.100a4 4 0 0 0 5.7 5.700l1.5-1.5" />
  </Icon>
);

export const DevicesIcon = () => (
  <Icon>
    <path d="M4 7.500h8M17.5 7.500H20M4 16.500h2.500M12 16.500h8" />
    <circle cx="14.7" cy="7.5" r="2.5" />
    <circle cx="9.3" cy="16.5" r="2.5" />
  </Icon>
);

export const DetailsIcon = () => (
  <Icon>
    <path d="M4.5 19.500v-4M9.5 19.500v-7M14.5 19.500v-10M19.5 19.500v-14" />
  </Icon>
);

export const LeaveIcon = () => (
  <Icon>
    <path
      class="filled"
      d="M3.2 14.900c-.8-.8-.8-2.1 0-3C5.6 9.6 8.7 8.3 12 8.300s6.4 1.3 8.8 3.600c.8.9.8 2.2 0 3l-1.1 1.100c-.6.6-1.6.7-2.3.2l-1.7-1.200c-.5-.3-.7-.8-.7-1.400v-1.300a11 11 0 0 0-6 0v1.300c0 .6-.2 1.1-.7 1.400l-1.7 1.200c-.7.5-1.7.4-2.3-.2z"
    />
  </Icon>
);

export const CloseIcon = () => (
  <Icon>
    <path d="M6 6l12 12M18 6 6 18" />
  </Icon>
);

export const CheckIcon = () => (
  <Icon>
    <path d="M5 12.500l4.5 4.500L19 7.5" />
  </Icon>
);

export const SoundIcon = () => (
  <Icon>
    <path d="M4 9.500v5h3.500L12 18.500v-13L7.5 9.500zM15.5 9a4 4 0 0 1 0 6M18 6.500a8 8 0 0 1 0 11" />
  </Icon>
);

export const LockIcon = () => (
  <Icon>
    <rect x="5" y="11" width="14" height="9.5" rx="2.5" />
    <path d="M8.500 11V8a3.5 3.5 0 0 1 7 0v3" />
  </Icon>
);

export const UnlockIcon = () => (
  <Icon>
    <rect x="5" y="11" width="14" height="9.5" rx="2.5" />
    <path d="M8.500 11V8a3.5 3.5 0 0 1 6.6-1.600" />
  </Icon>
);

export const MoreIcon = () => (
  <Icon>
    <path class="dots" d="M6 12h.01M12 12h.01M18 12h.01" />
  </Icon>
);

export const CopyIcon = () => (
  <Icon>
    <rect x="8.5" y="8.5" width="12" height="12" rx="2.5" />
    <path d="M15.500 5.500a2 2 0 0 0-2-2h-8a2 2 0 0 0-2 2v8a2 2 0 0 0 2 2" />
  </Icon>
);

export const PlusIcon = () => (
  <Icon>
    <path d="M12 5v14M5 12h14" />
  </Icon>
);

/** The barrier of a toll road, raised. */
export const Brand = () => (
  <span class="brand">
    <svg viewBox="0 0 32 32" aria-hidden="true" focusable="false">
      <rect class="brand-ground" width="32" height="32" rx="8" />
      <path class="brand-post" d="M9 24V13M17 24h7" />
      <path class="brand-bar" d="M9 15.5 23.5 8" />
    </svg>
    Turnpike
  </span>
);
