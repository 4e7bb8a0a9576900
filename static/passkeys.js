// What needs a script is hidden until there is one; what the browser refuses is said where it happened.
(function () {
  "use strict";
  for (const part of document.querySelectorAll(".needs-script")) {
    part.hidden = !window.PublicKeyCredential;
  }
  document.addEventListener("allauth.error", function (event) {
    event.preventDefault();
    const told = document.getElementById("passkey-error");
    if (told) {
      told.hidden = false;
    }
  });
})();
